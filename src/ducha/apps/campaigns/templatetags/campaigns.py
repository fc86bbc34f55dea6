from django import template

from ducha.apps.campaigns import queries

register = template.Library()
register.filter("marked", queries.marked)
register.filter("requirement", queries.requirement)
