"""The human check (mã xác nhận): five digits in a picture, or spoken. Stands on django-simple-captcha.

Of that library come the table of codes, its settings and its input widgets. Made anew, because it did not hold: taking
an answer (`codes`), drawing (`picture`), speaking Vietnamese (`sound`), the field and the addresses.
"""
