"""Signing in and out, passwords and second factors: django-allauth's views behind our addresses.

Only what the portal uses has an address. Allauth's names are kept: its views look each other up by them.
"""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from django.urls import path, re_path

urlpatterns = [
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-nhap/ma-xac-thuc/", second_factor.authenticate, name="mfa_authenticate"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("mat-khau/quen/", account.password_reset, name="account_reset_password"),
    # allauth leads here whoever is signed in without a password; it is set by mail like a forgotten one.
    path("mat-khau/quen/", account.password_reset, name="account_set_password"),
    path("mat-khau/quen/da-gui/", account.password_reset_done, name="account_reset_password_done"),
    path("mat-khau/doi/", account.password_change, name="account_change_password"),
    re_path(
        r"^mat-khau/dat/(?P<uidb36>[0-9A-Za-z]{1,20})-(?P<key>[0-9A-Za-z-]{1,100})/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mat-khau/dat/xong/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("bao-mat/", second_factor.index, name="mfa_index"),
    path("bao-mat/xac-nhan/", account.reauthenticate, name="account_reauthenticate"),
    path("bao-mat/xac-nhan-ma/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("bao-mat/ung-dung/bat/", app.activate_totp, name="mfa_activate_totp"),
    path("bao-mat/ung-dung/tat/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "bao-mat/ma-du-phong/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"
    ),
    path(
        "bao-mat/ma-du-phong/tao/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "bao-mat/ma-du-phong/tai/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
