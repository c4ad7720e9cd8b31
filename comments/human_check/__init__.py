"""The human check (mã xác nhận): one code with four ways to answer it. Stands on django-simple-captcha.

Of that library come the table of codes, its settings and its input widgets. Made anew, because it did not hold: taking
an answer (`codes`), drawing (`picture`), speaking Vietnamese (`sound`), asking (`question`), the silent work of a
browser (`work`), the field and the addresses.
"""
