"""The rules of metering, on values alone."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.periods import previous_period
from cauce.metering import rules
from cauce.metering.rules import (
    DEFAULT_PARAMETERS,
    Average,
    LineClass,
    MeterFacts,
    ReadingParameters,
    RemovedMeter,
    Repetition,
    Verdict,
)
from tests.metering.town import (
    LEGACY,
    READING_FILES,
    accepted_meters,
    expected_counts,
    legacy_rows,
    reading_line,
)

LAST_DAY = date(2026, 9, 5)
TWENTY_A_MONTH = Average(240, 12)
PARAMETERS = ReadingParameters(
    cycle_days=DEFAULT_PARAMETERS.cycle_days,
    digits_by_brand=MappingProxyType({"CICASA": 4, "AZTECA": 4, "ITRON": 5, "BADGER": 5, "ELSTER": 5, "ARAD": 6}),
    default_digits=5,
    high_times=Decimal(3),
    high_minimum_m3=30,
)


def judge(
    text: str,
    *,
    previous: int | None = 100,
    average: Average | None = TWENTY_A_MONTH,
    digits: int = 5,
    serial: str = "A12345678",
    carried: int = 0,
    known: bool = True,
    repetition: Repetition = Repetition.ONLY,
) -> Verdict:
    line = rules.parse_line(text)
    refused = rules.classify_shape(text, line, is_known_account=known, last_reading_day=LAST_DAY)
    if refused is not None:
        return refused
    repeated = rules.classify_repetition(repetition)
    if repeated is not None:
        return repeated
    assert line is not None
    facts = MeterFacts(
        serial=serial,
        digits=digits,
        previous_value=previous,
        previous_on=date(2026, 8, 3),
        average=average,
        carried_m3=carried,
    )
    return rules.classify_reading(line, facts, PARAMETERS)


def test_a_plain_line_measures_the_difference_with_the_previous_reading() -> None:
    verdict = judge(reading_line(value=120))
    assert (verdict.line_class, verdict.code, verdict.volume_m3) == (LineClass.OK, "", 20)


def test_a_line_is_cut_by_its_positions() -> None:
    line = rules.parse_line("020614C24187315      111720260901073000101 20.472287-100.943494")
    assert line is not None
    assert (line.account_number, line.serial, line.value) == ("020614", "C24187315", 1117)
    assert (line.read_on, line.read_time) == (date(2026, 9, 1), "0730")
    assert (line.incident, line.reader_code) == ("00", "101")
    assert (line.latitude, line.longitude) == (Decimal("20.472287"), Decimal("-100.943494"))


def test_a_line_without_gps_keeps_its_trailing_spaces() -> None:
    line = rules.parse_line(reading_line(latitude="", longitude=""))
    assert line is not None
    assert (line.latitude, line.longitude) == (None, None)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("91.000000", "-100.9"), ("N/A", "1e5"), ("20,472287", "-181.0"), ("NaN", "Infinity")]
)
def test_a_position_that_is_not_one_is_left_out(latitude: str, longitude: str) -> None:
    line = rules.parse_line(reading_line(latitude=latitude, longitude=longitude))
    assert line is not None
    assert line.latitude is None
    assert line.longitude is None or abs(line.longitude) <= 180


def test_an_hour_that_does_not_exist_is_left_out() -> None:
    line = rules.parse_line(reading_line(at="2560"))
    assert line is not None
    assert line.read_time == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (reading_line()[:-1], "LINEA_MALFORMADA"),
        (reading_line() + " ", "LINEA_MALFORMADA"),
        ("", "LINEA_MALFORMADA"),
        (reading_line(value="12O"), "LECTURA_NO_NUMERICA"),
        (reading_line(value="1 20"), "LECTURA_NO_NUMERICA"),
        (reading_line(value="-120"), "LECTURA_NO_NUMERICA"),
        (reading_line(value="²"), "LECTURA_NO_NUMERICA"),
        (reading_line(on="20260231"), "FECHA_INVALIDA"),
        (reading_line(on="2026 902"), "FECHA_INVALIDA"),
        (reading_line(on="20260906"), "FECHA_FUTURA"),
    ],
)
def test_a_line_that_cannot_be_used_is_rejected(text: str, code: str) -> None:
    verdict = judge(text)
    assert (verdict.line_class, verdict.code) == (LineClass.REJECTED, code)
    assert verdict.sentence.endswith(".")


def test_an_unknown_account_is_told_before_its_reading_is_looked_at() -> None:
    assert judge(reading_line(value="XX"), known=False).code == "CUENTA_DESCONOCIDA"


def test_the_last_day_of_the_cycle_is_not_in_the_future() -> None:
    assert judge(reading_line(on="20260905")).line_class is LineClass.OK


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"serial": "B99999999"}, "MEDIDOR_NO_COINCIDE"),
        ({"incident": "02"}, "INCIDENTE_02"),
        ({"incident": "02", "value": ""}, "INCIDENTE_02"),
        ({"incident": "42"}, "INCIDENTE_42"),
        ({"incident": "  "}, "INCIDENTE_INVALIDO"),
        ({"value": ""}, "SIN_LECTURA"),
        ({"value": 99}, "LECTURA_RETROCEDE"),
        ({"value": 100}, "CONSUMO_CERO"),
        ({"value": 161}, "CONSUMO_ALTO"),
    ],
)
def test_a_doubtful_line_waits_under_its_own_name(changes: dict[str, str], code: str) -> None:
    verdict = judge(reading_line(**changes))
    assert (verdict.line_class, verdict.code) == (LineClass.REVIEW, code)
    assert verdict.sentence.endswith(".")


def test_the_wrong_meter_is_told_before_its_incident() -> None:
    assert judge(reading_line(serial="OTRO", incident="04")).code == "MEDIDOR_NO_COINCIDE"


def test_an_account_without_a_reading_last_month_waits() -> None:
    assert judge(reading_line(value=5), previous=None).code == "SIN_LECTURA_ANTERIOR"


def test_three_times_the_average_is_not_yet_high() -> None:
    assert judge(reading_line(value=160)).line_class is LineClass.OK
    assert judge(reading_line(value=161)).code == "CONSUMO_ALTO"


def test_thirty_cubic_metres_are_never_high() -> None:
    assert judge(reading_line(value=130), average=Average(12, 12)).line_class is LineClass.OK
    assert judge(reading_line(value=131), average=Average(12, 12)).code == "CONSUMO_ALTO"


def test_without_an_average_nothing_above_the_minimum_is_taken_on_trust() -> None:
    assert judge(reading_line(value=130), average=None).line_class is LineClass.OK
    assert judge(reading_line(value=131), average=None).code == "CONSUMO_ALTO"


@pytest.mark.parametrize("digits", [4, 5, 6])
def test_a_register_that_turns_over_at_its_last_figure_proposes_the_volume(digits: int) -> None:
    last = 10**digits - 1
    verdict = judge(reading_line(value=0), previous=last, digits=digits)
    assert (verdict.code, verdict.volume_m3) == ("VUELTA_MEDIDOR", 1)


@pytest.mark.parametrize(("value", "code"), [(59, "VUELTA_MEDIDOR"), (60, "LECTURA_RETROCEDE")])
def test_a_turn_is_believed_up_to_three_times_the_average(value: int, code: str) -> None:
    assert judge(reading_line(value=value), previous=9_999, digits=4).code == code


def test_a_turn_of_a_register_with_more_digits_is_not_believed() -> None:
    assert judge(reading_line(value=5), previous=9_990, digits=5).code == "LECTURA_RETROCEDE"


def test_a_previous_figure_that_does_not_fit_in_the_register_is_no_turn() -> None:
    verdict = judge(reading_line(value=10), previous=22_000, digits=4)
    assert (verdict.code, verdict.volume_m3) == ("LECTURA_RETROCEDE", None)


def test_both_lines_with_different_readings_wait_and_the_repeated_one_is_rejected() -> None:
    assert judge(reading_line(), repetition=Repetition.DIFFERENT).code == "LECTURAS_DISTINTAS"
    assert judge(reading_line(), repetition=Repetition.DUPLICATE).code == "LINEA_DUPLICADA"
    assert rules.choose_repetition(5, {5}, has_different=True) is Repetition.DUPLICATE
    assert rules.choose_repetition(6, {5}, has_different=True) is Repetition.DIFFERENT
    assert rules.choose_repetition(5, set(), has_different=False) is Repetition.ONLY


def test_a_blank_reading_and_a_figure_are_two_different_readings() -> None:
    assert rules.choose_repetition(None, {5}, has_different=True) is Repetition.DIFFERENT
    assert rules.choose_repetition(None, {None}, has_different=False) is Repetition.DUPLICATE


def test_what_the_removed_meter_measured_is_added_to_the_new_one() -> None:
    verdict = judge(reading_line(value=7), previous=0, carried=12)
    assert (verdict.line_class, verdict.volume_m3) == (LineClass.OK, 19)


def test_removed_meters_carry_what_each_one_measured_since_the_last_reading() -> None:
    assert rules.carried_volume(100, [RemovedMeter(50, 112, 5)]) == 12
    assert rules.carried_volume(100, [RemovedMeter(50, 112, 5), RemovedMeter(3, 8, 5)]) == 17
    assert rules.carried_volume(9_995, [RemovedMeter(50, 2, 4)]) == 7
    assert rules.carried_volume(22_000, [RemovedMeter(50, 2, 4)]) is None


def test_an_average_never_mixes_the_months_of_two_meters() -> None:
    # Changed in May: June starts at a reading of the old meter, July is the first month that is all of the new one.
    assert rules.first_whole_period(date(2026, 5, 20)) == date(2026, 7, 1)
    assert rules.first_whole_period(date(2026, 11, 30)) == date(2027, 1, 1)


def test_the_months_of_an_average_go_back_across_the_years_end() -> None:
    assert rules.history_from(date(2027, 1, 1)) == date(2025, 11, 1)
    assert rules.measured_from(date(2027, 1, 1)) == date(2026, 1, 1)


def test_the_old_systems_months_come_before_the_measured_ones() -> None:
    history, measured = Average(120, 12), Average(30, 1)
    assert rules.choose_average(history=history, measured=measured) is history
    assert rules.choose_average(history=None, measured=measured) is measured
    assert rules.choose_average(history=None, measured=None) is None


@pytest.mark.parametrize(
    ("name", "period", "cycle"),
    [
        ("lecturas_202609_c1.txt", date(2026, 9, 1), 1),
        ("LECTURAS_202701_C3.TXT", date(2027, 1, 1), 3),
    ],
)
def test_a_file_name_says_its_period_and_its_cycle(name: str, period: date, cycle: int) -> None:
    read = rules.read_file_name(name)
    assert read is not None
    assert (read.period, read.cycle) == (period, cycle)


@pytest.mark.parametrize(
    "name", ["lecturas.txt", "lecturas_202613_c1.txt", "lecturas_202609_c1.txt.bak", "x_lecturas_202609_c1.txt", ""]
)
def test_a_file_name_of_another_form_is_not_guessed(name: str) -> None:
    assert rules.read_file_name(name) is None


def test_the_last_day_comes_from_the_period_and_the_cycle() -> None:
    assert PARAMETERS.last_day(date(2026, 12, 1), 3) == date(2026, 12, 25)
    assert PARAMETERS.last_day(date(2026, 12, 1), 4) is None


def test_a_broken_line_still_tells_the_account_it_starts_with() -> None:
    assert rules.account_number_at_start("021914") == "021914"
    assert rules.account_number_at_start("0219") is None
    assert rules.account_number_at_start("02191X C2418") is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (["000114", "22/08/2026"], "COLUMNAS"),
        (["000114", "31/02/2026", "5"], "FECHA_INVALIDA"),
        (["000114", "2026-08-22", "5"], "FECHA_INVALIDA"),
        (["000114", "22/08/2026", ""], "LECTURA_NO_NUMERICA"),
        (["000114", "22/08/2026", "12.5"], "LECTURA_NO_NUMERICA"),
        (["000114", "22/08/2026", "99999999"], "LECTURA_NO_NUMERICA"),
    ],
)
def test_a_dirty_previous_reading_is_refused_by_name(fields: list[str], code: str) -> None:
    fault = rules.parse_previous_reading(fields)
    assert isinstance(fault, rules.RowFault)
    assert fault.code == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (["000114", "202609", "5", ""], "COLUMNAS"),
        (["000114", "202613", "5"], "PERIODO_INVALIDO"),
        (["000114", "2026-09", "5"], "PERIODO_INVALIDO"),
        (["000114", "202609", "-5"], "CONSUMO_INVALIDO"),
        (["000114", "202609", "N/D"], "CONSUMO_INVALIDO"),
    ],
)
def test_a_dirty_month_of_history_is_refused_by_name(fields: list[str], code: str) -> None:
    fault = rules.parse_consumption(fields)
    assert isinstance(fault, rules.RowFault)
    assert fault.code == code


def test_an_account_that_lost_its_zeros_gets_them_back() -> None:
    row = rules.parse_consumption(["114", " 202609", "41 "])
    assert row == rules.ConsumptionRow("000114", date(2026, 9, 1), 41)


@given(
    previous=st.integers(0, 99_999),
    value=st.integers(0, 99_999),
    total=st.integers(0, 5_000),
    months=st.integers(1, 12),
)
def test_only_a_positive_plausible_volume_is_ever_taken_without_a_person(
    previous: int, value: int, total: int, months: int
) -> None:
    verdict = judge(reading_line(value=value), previous=previous, average=Average(total, months))
    if verdict.line_class is LineClass.OK:
        assert verdict.volume_m3 == value - previous > 0
        assert verdict.volume_m3 <= max(30, 3 * total / months)
    elif verdict.code == "VUELTA_MEDIDOR":
        assert verdict.volume_m3 == value + 100_000 - previous
        assert 0 < verdict.volume_m3 <= max(30, 3 * total / months)


@given(
    st.text("0123456789 ²", min_size=7, max_size=7),
    st.text("0123456789 ", min_size=8, max_size=8) | st.dates().map(lambda day: day.strftime("%Y%m%d").zfill(8)),
)
def test_the_first_pass_counts_the_lines_that_the_second_finds_valid(value: str, day: str) -> None:
    assert_both_passes_agree(reading_line(value=value, on=day))


def assert_both_passes_agree(text: str) -> None:
    line = rules.parse_line(text)
    refused = rules.classify_shape(text, line, is_known_account=True, last_reading_day=LAST_DAY)
    valid = rules.parse_valid_reading(text, last_reading_day=LAST_DAY)
    assert (valid is None) == (refused is not None)
    if valid is not None:
        assert line is not None
        assert valid == (line.account_number, line.value)


@given(st.text(max_size=80))
def test_no_line_breaks_the_parser(text: str) -> None:
    line = rules.parse_line(text)
    assert (line is None) == (len(text) != 63)
    assert_both_passes_agree(text)


def test_every_count_of_the_expected_file_is_met_by_the_rules_alone() -> None:
    meters = accepted_meters()
    history: dict[str, list[int]] = defaultdict(list)
    for account, _, volume in legacy_rows("consumos_historicos.csv"):
        history[account].append(int(volume))
    readings: dict[date, dict[str, int]] = defaultdict(dict)
    readings[date(2026, 8, 1)] = {account: int(value) for account, _, value in legacy_rows("lecturas_previas.csv")}
    for name in READING_FILES:
        file_name = rules.read_file_name(name)
        assert file_name is not None
        last_day = PARAMETERS.last_day(file_name.period, file_name.cycle)
        assert last_day is not None
        previous = readings[previous_period(file_name.period)]
        texts = (LEGACY / name).read_text("ascii").splitlines()
        values: dict[str, set[int | None]] = defaultdict(set)
        for text in texts:
            valid = rules.parse_valid_reading(text, last_reading_day=last_day)
            if valid is not None:
                values[valid[0]].add(valid[1])
        seen: dict[str, set[int | None]] = defaultdict(set)
        classes: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        for text in texts:
            line = rules.parse_line(text)
            known = line is not None and line.account_number in meters
            verdict = rules.classify_shape(text, line, is_known_account=known, last_reading_day=last_day)
            if verdict is None:
                assert line is not None
                account = line.account_number
                verdict = rules.classify_repetition(
                    rules.choose_repetition(line.value, seen[account], has_different=len(values[account]) > 1)
                )
                seen[account].add(line.value)
                if verdict is None:
                    meter, months = meters[account], history[account]
                    verdict = rules.classify_reading(
                        line,
                        MeterFacts(
                            serial=meter.serial,
                            digits=PARAMETERS.digits_of(meter.brand),
                            previous_value=previous.get(account),
                            previous_on=None,
                            average=Average(sum(months), len(months)) if months else None,
                        ),
                        PARAMETERS,
                    )
                if verdict.line_class is LineClass.OK and line.value is not None:
                    readings[file_name.period][account] = line.value
            classes[verdict.line_class] += 1
            codes[verdict.code] += 1
        expected = expected_counts(name)
        del codes[""]
        assert codes == expected["por_motivo"], name
        assert classes == Counter(
            {
                LineClass.OK: expected["por_clase"]["ok"],  # type: ignore[index]
                LineClass.REVIEW: expected["por_clase"]["revision"],  # type: ignore[index]
                LineClass.REJECTED: expected["por_clase"]["rechazada"],  # type: ignore[index]
            }
        ), name
