"""Padrón de usuarios: who is served, where and how.

Customers and their roles on an account, premises, connections (tomas), accounts with their tariff code, services,
cycle, route and order, holds, and the doubts about all of them that wait to be corrected on paper or in the street.
"""
