"""The pages of results, beside those of their event."""

from events.admin.further import register_page
from events.admin.tools import register_tools
from events.league.admin import results

for page in results.PAGES:
    register_page(page)
register_tools(results.tools_of)
