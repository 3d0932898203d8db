"""Pages for people, outside of ``/api``: what is shared is opened here, by phones and by search engines.

Nothing on them depends on who asks, nothing needs JavaScript, nothing comes from another site. ``views`` is the base of
every page, ``words`` what pages say of times and prices, ``markup`` what they tell machines, ``links`` the short links
and their QR codes, ``sitemaps`` what a search engine starts from.
"""
