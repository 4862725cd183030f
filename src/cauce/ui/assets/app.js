// What the screens do beyond plain pages: partial reloads, the finder, the palette, keys and charts. Each page works without it.
import "./js/htmx.js";
import { watchKeys } from "./js/keys.js";
import { watchFinders } from "./js/finder.js";
import { watchPalette } from "./js/palette.js";
import { drawCharts } from "./js/charts.js";
import { watchForms } from "./js/forms.js";
import { watchCounts } from "./js/counting.js";
import { watchTill } from "./js/till.js";
import { watchPanels } from "./js/panel.js";
import { watchPicking } from "./js/picking.js";
import { watchMaps } from "./js/map.js";
import { watchPoints } from "./js/points.js";
import { watchSteps } from "./js/steps.js";

watchKeys();
watchFinders();
watchPalette();
watchForms();
watchCounts();
watchTill();
watchPanels();
watchPicking();
watchMaps();
watchPoints();
watchSteps();
drawCharts(document);
document.addEventListener("htmx:afterSwap", (event) => drawCharts(event.detail.target));
