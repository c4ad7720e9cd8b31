"""People's accounts: signing in, passwords, second factors, invitations; and that none of it tells who has one."""

import email
import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from hanoi_portal.accounts import actions, rules
from hanoi_portal.accounts.mails import password_link
from hanoi_portal.accounts.tokens import PasswordLinkTokens
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from hanoi_portal.outbox import deliver_due
from hanoi_portal.roles import ADMINISTRATOR, EDITOR, ROLES, UNIT_OFFICER
from tests.factories import PASSWORD, make_user, sign_in

pytestmark = pytest.mark.django_db

SIGN_IN = "/dang-nhap/"
NEW_PASSWORD = "Nuoc-ho-Guom-xanh-722"


@pytest.fixture
def mail_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "hanoi_portal.mail_backends.FileBackend"
    settings.MAIL_FOLDER = tmp_path
    return tmp_path


def post_sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post(SIGN_IN, {"login": login, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def delivered(folder: Path) -> list[EmailMessage]:
    """Let the worker send; return all mails in the folder, oldest first."""
    deliver_due()
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]  # type: ignore[arg-type,misc]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/mat-khau/dat/\S+/)", text_of(mail))
    assert found, text_of(mail)
    return found.group(1)


# --- signing in ---------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ROLES)
def test_each_role_signs_in_by_user_name_or_address_and_lands_where_it_works(
    client: Client, role: str
) -> None:
    person = make_user(role, password=PASSWORD)
    for login in (person.username, person.email, person.email.upper()):
        response = post_sign_in(client, login)
        assert response.status_code == 302
        assert response["Location"] == ("/quan-tri/" if ROLES[role].is_staff else "/can-bo/")
        client.post("/dang-xuat/")
        assert not is_signed_in(client)


def test_a_safe_next_is_followed_and_another_site_is_not(client: Client) -> None:
    make_user(UNIT_OFFICER, username="lan", password=PASSWORD)
    response = post_sign_in(client, "lan", next="/can-bo/phan-cong/7/")
    assert response["Location"] == "/can-bo/phan-cong/7/"
    for bad in (
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
    ):
        client.post("/dang-xuat/")
        assert post_sign_in(client, "lan", next=bad)["Location"] == "/can-bo/"


def test_the_sign_in_page_keeps_next_and_what_was_typed(client: Client) -> None:
    page = client.get(SIGN_IN + "?next=/can-bo/")
    assert 'name="next" value="/can-bo/"' in page.content.decode()
    answer = post_sign_in(client, "lan.nguyen", "sai", next="/can-bo/").content.decode()
    assert 'value="lan.nguyen"' in answer
    assert 'name="next" value="/can-bo/"' in answer
    assert "sai" not in re.findall(r'type="password"[^>]*value="([^"]*)"', answer)


def test_wrong_unknown_and_switched_off_get_the_same_answer(client: Client) -> None:
    make_user(UNIT_OFFICER, username="dang-dung", password=PASSWORD)
    make_user(UNIT_OFFICER, username="da-nghi", password=PASSWORD, is_active=False)
    answers = {
        login: post_sign_in(Client(), login, password).content.decode().replace(login, "…")
        for login, password in (
            ("dang-dung", "sai-mat-khau"),
            ("khong-co-ai", PASSWORD),
            ("da-nghi", PASSWORD),
            ("ai-do@noi-nao.example", PASSWORD),
        )
    }
    pages = {
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in answers.values()
    }
    assert len(pages) == 1
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in pages.pop()


def test_wrong_passwords_are_counted_and_the_right_one_waits_too(client: Client) -> None:
    make_user(UNIT_OFFICER, username="lan", password=PASSWORD)
    for _attempt in range(5):
        post_sign_in(client, "lan", "sai")
    answer = post_sign_in(client, "lan")
    assert not is_signed_in(client)
    assert "Đã nhập sai nhiều lần" in answer.content.decode()


def test_too_many_requests_are_answered_with_our_own_page(client: Client) -> None:
    for number in range(30):
        post_sign_in(client, f"ai-{number}", "sai")
    answer = post_sign_in(client, "ai-30", "sai")
    assert answer.status_code == 429
    assert "<html" in answer.content.decode()
    assert "Gửi quá nhanh" in answer.content.decode()


def test_signing_out_needs_a_post(client: Client) -> None:
    sign_in(client, make_user(UNIT_OFFICER))
    assert "Đăng xuất" in client.get("/dang-xuat/").content.decode()
    assert is_signed_in(client)
    assert client.post("/dang-xuat/")["Location"] == "/"
    assert not is_signed_in(client)


def test_there_is_no_way_to_sign_up_and_no_page_of_allauth_we_do_not_use(client: Client) -> None:
    sign_in(client, make_user(EDITOR))
    for path in (
        "/dang-ky/", "/accounts/signup/", "/accounts/login/", "/accounts/email/", "/signup/",
        "/dang-nhap/signup/", "/bao-mat/webauthn/", "/accounts/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


# --- a forgotten password -----------------------------------------------------------------------
def test_a_forgotten_password_is_set_by_a_link_that_works_once(
    client: Client, mail_folder: Path
) -> None:
    person = make_user(UNIT_OFFICER, username="lan", password=PASSWORD)
    elsewhere = sign_in(Client(), person)
    answer = client.post("/mat-khau/quen/", {"email": person.email.upper()})
    assert answer["Location"] == "/mat-khau/quen/da-gui/"
    [mail] = delivered(mail_folder)
    assert mail["To"] == person.email
    assert "hai giờ" in text_of(mail)
    link = link_in(mail)
    page = client.get(link, follow=True)
    assert page.redirect_chain, "the key stays in the address"
    address = page.redirect_chain[-1][0]
    assert person.username in page.content.decode()
    answer = client.post(address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert answer.status_code == 302
    assert User.objects.get(pk=person.pk).check_password(NEW_PASSWORD)
    assert is_signed_in(client)
    assert elsewhere.get("/bao-mat/").status_code == 302, "an old session outlived the password"
    again = Client().get(link, follow=True)
    assert "Liên kết không còn dùng được" in again.content.decode()
    notices = delivered(mail_folder)
    assert "Mật khẩu đã được đặt qua liên kết." in text_of(notices[-1])
    assert HistoryEntry.objects.about(person).filter(verb="reset_password").exists()


def test_a_new_password_is_judged_in_vietnamese_beside_its_field(client: Client) -> None:
    person = make_user(UNIT_OFFICER, password=PASSWORD)
    address = client.get(password_link(person), follow=True).redirect_chain[-1][0]
    for first, second, sentence in (
        ("123", "123", "Mật khẩu quá ngắn: cần ít nhất 10 ký tự."),
        ("1234567890", "1234567890", "Mật khẩu này hoàn toàn là số."),
        (NEW_PASSWORD, NEW_PASSWORD + "x", "Hai lần nhập chưa giống nhau."),
        ("", "", "Xin điền mật khẩu mới."),
    ):
        page = client.post(address, {"password1": first, "password2": second}).content.decode()
        assert sentence in page
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


def test_asking_for_a_link_looks_the_same_whether_or_not_there_is_an_account(
    mail_folder: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known = make_user(UNIT_OFFICER, password=PASSWORD)
    gone = make_user(UNIT_OFFICER, password=PASSWORD, is_active=False)
    answers = set()
    for address in (known.email, gone.email, "khong-co-ai@noi-nao.example"):
        client = Client()
        with django_assert_num_queries(2):  # one looks, one writes, whoever it is
            answer = client.post("/mat-khau/quen/", {"email": address})
        page = client.get(answer["Location"]).content
        answers.add((answer.status_code, answer["Location"], page))
    assert len(answers) == 1
    mails = {str(mail["To"]): text_of(mail) for mail in delivered(mail_folder)}
    assert "/mat-khau/dat/" in mails[known.email]
    for address in (gone.email, "khong-co-ai@noi-nao.example"):
        assert "/mat-khau/dat/" not in mails[address]
        assert "không có tài khoản nào" in mails[address]


def test_no_link_lies_in_the_database(client: Client, mail_folder: Path) -> None:
    person = make_user(UNIT_OFFICER, password=PASSWORD)
    client.post("/mat-khau/quen/", {"email": person.email})
    delivered(mail_folder)
    row = OutgoingMail.objects.get()
    assert (row.subject, row.text, row.html) == ("", "", "")


def test_one_address_is_not_written_to_without_end(client: Client) -> None:
    answers = [
        client.post("/mat-khau/quen/", {"email": "ai-do@noi-nao.example"}).status_code
        for _ in range(5)
    ]
    assert answers == [302, 302, 302, 429, 429]
    assert OutgoingMail.objects.count() == 3


class LaterTokens(PasswordLinkTokens):
    """Tokens on a clock that is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        self.ahead = ahead

    def _now(self):  # type: ignore[no-untyped-def]
        return super()._now() + self.ahead


def test_a_link_lives_two_hours_for_a_forgotten_password_and_seven_days_for_an_invitation() -> None:
    settled, invited = make_user(UNIT_OFFICER, password=PASSWORD), make_user(UNIT_OFFICER)
    for person, good, late in (
        (settled, timedelta(hours=1, minutes=59), timedelta(hours=2, minutes=1)),
        (invited, timedelta(days=6, hours=23), timedelta(days=7, hours=1)),
    ):
        token = PasswordLinkTokens().make_token(person)
        assert LaterTokens(good).check_token(person, token)
        assert not LaterTokens(late).check_token(person, token)


def test_a_link_dies_with_the_account_the_address_and_the_next_link_used() -> None:
    tokens = PasswordLinkTokens()
    for change in ({"is_active": False}, {"email": "khac@quan.example"}, {"password": "!khac"}):
        person = make_user(UNIT_OFFICER, password=PASSWORD)
        token = tokens.make_token(person)
        assert tokens.check_token(person, token)
        User.objects.filter(pk=person.pk).update(**change)
        assert not tokens.check_token(User.objects.get(pk=person.pk), token)


@pytest.mark.parametrize("key", ["1-abc", "zzzzz-set-password", "0-0", "abc-" + "x" * 90])
def test_a_made_up_link_is_explained_and_never_an_error(client: Client, key: str) -> None:
    page = client.get(f"/mat-khau/dat/{key}/")
    assert page.status_code == 200
    assert "Liên kết không còn dùng được" in page.content.decode()


# --- changing one's password --------------------------------------------------------------------
def test_changing_the_password_keeps_this_session_and_ends_the_others(
    client: Client, mail_folder: Path
) -> None:
    person = make_user(EDITOR, username="lan", password=PASSWORD)
    sign_in(client, person)
    other = sign_in(Client(), person)
    data = {"oldpassword": "sai", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert "không đúng" in client.post("/mat-khau/doi/", data).content.decode()
    answer = client.post("/mat-khau/doi/", {**data, "oldpassword": PASSWORD})
    assert answer["Location"] == "/quan-tri/"
    assert client.get("/bao-mat/").status_code == 200
    assert other.get("/bao-mat/").status_code == 302
    [mail] = delivered(mail_folder)
    assert "Mật khẩu đã được đổi." in text_of(mail)


# --- the second factor --------------------------------------------------------------------------
def switch_second_factor_on(client: Client, person: User) -> None:
    """As the person does it: sign in, scan, type the code."""
    post_sign_in(client, person.username)
    page = client.get("/bao-mat/ung-dung/bat/", follow=True)
    if "/bao-mat/xac-nhan/" in str(page.redirect_chain):
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    found = re.search(r"<code>(\w+)</code>", page.content.decode())
    assert found
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(found.group(1), counter))
    answer = client.post("/bao-mat/ung-dung/bat/", {"code": code})
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == "/bao-mat/ma-du-phong/"


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_is_asked_for_once_it_is_on(client: Client, mail_folder: Path) -> None:
    person = make_user(EDITOR, username="lan", password=PASSWORD)
    switch_second_factor_on(client, person)
    page = client.get("/bao-mat/ma-du-phong/").content.decode()
    codes = re.findall(r"<code>(\w+)</code>", page)
    assert len(codes) == 10
    assert codes[0] in client.get("/bao-mat/ma-du-phong/tai/").content.decode()
    secret = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert secret.startswith("gAAAA"), "the secret lies readable in the database"
    assert "Xác thực hai lớp đã được bật." in text_of(delivered(mail_folder)[0])

    new = Client()
    assert post_sign_in(new, "lan")["Location"] == "/dang-nhap/ma-xac-thuc/"
    assert not is_signed_in(new)
    assert (
        "Mã không đúng" in new.post("/dang-nhap/ma-xac-thuc/", {"code": "000000"}).content.decode()
    )
    assert new.post("/dang-nhap/ma-xac-thuc/", {"code": codes[0]})["Location"] == "/quan-tri/"
    assert is_signed_in(new)

    again = Client()
    post_sign_in(again, "lan")
    again.post("/dang-nhap/ma-xac-thuc/", {"code": codes[0]})
    assert not is_signed_in(again), "a recovery code was good twice"


def test_staff_set_up_a_second_factor_before_they_work_where_it_is_required(
    client: Client, settings: Settings
) -> None:
    settings.IS_SECOND_FACTOR_REQUIRED = True
    person = make_user(EDITOR, username="lan", password=PASSWORD)
    officer = sign_in(Client(), make_user(UNIT_OFFICER))
    sign_in(client, person)
    for path in ("/quan-tri/", "/can-bo/"):
        assert client.get(path)["Location"] == "/bao-mat/ung-dung/bat/"
        assert officer.get(path).headers.get("Location") != "/bao-mat/ung-dung/bat/"
    client.post("/dang-xuat/")
    switch_second_factor_on(client, person)
    assert client.get("/quan-tri/").status_code == 200
    page = client.get("/bao-mat/ung-dung/tat/", follow=True).content.decode()
    assert "không được tắt" in page
    client.post("/bao-mat/ung-dung/tat/")
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_changing_security_asks_who_it_is_once_more(client: Client, settings: Settings) -> None:
    person = make_user(EDITOR, username="lan", password=PASSWORD)
    sign_in(client, person)  # a session that proved nothing lately
    answer = client.get("/bao-mat/ung-dung/bat/")
    assert answer["Location"].startswith("/bao-mat/xac-nhan/?next=")
    page = client.post(answer["Location"], {"password": "sai"}).content.decode()
    assert "Mật khẩu không đúng." in page


# --- inviting people ----------------------------------------------------------------------------
def test_an_invited_person_sets_a_password_and_starts(client: Client, mail_folder: Path) -> None:
    administrator = make_user(ADMINISTRATOR)
    sign_in(client, administrator)
    form = {
        "username": "ngo-anh", "full_name": "Ngô Thị Ánh",
        "email": "ngo-anh@soc-son.example", "roles": [UNIT_OFFICER],
    }  # fmt: skip
    answer = client.post("/quan-tri/hanoi_portal/user/add/", form, follow=True)
    assert "Lời mời đã được gửi tới ngo-anh@soc-son.example." in answer.content.decode()
    person = User.objects.get(username="ngo-anh")
    assert not person.has_usable_password()
    assert not person.is_staff
    assert [group.name for group in person.groups.all()] == [ROLES[UNIT_OFFICER].group]
    assert HistoryEntry.objects.about(person).get().actor == administrator
    [mail] = delivered(mail_folder)
    assert "Kính gửi ông/bà Ngô Thị Ánh" in text_of(mail)
    newcomer = Client()
    address = newcomer.get(link_in(mail), follow=True).redirect_chain[-1][0]
    newcomer.post(address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert is_signed_in(newcomer)
    assert post_sign_in(Client(), "ngo-anh", NEW_PASSWORD)["Location"] == "/can-bo/"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "LAN"}, "Tên đăng nhập này đã có người dùng."),
        ({"username": "a@b.example"}, "không được có ký tự @"),
        ({"email": "LAN@ha-noi.example"}, "Đã có người dùng khác với địa chỉ này."),
        ({"full_name": "\u200b\u3164"}, "bắt buộc"),
        ({"roles": []}, "bắt buộc"),
        ({"roles": ["superuser"]}, "superuser"),
    ],
)
def test_a_bad_invitation_is_explained_and_nothing_is_sent(
    client: Client, changes: dict[str, object], sentence: str
) -> None:
    make_user(UNIT_OFFICER, username="lan")
    sign_in(client, make_user(ADMINISTRATOR))
    form = {"username": "moi", "full_name": "Người Mới", "email": "moi@ha-noi.example"}
    data = {**form, "roles": [EDITOR], **changes}
    page = client.post("/quan-tri/hanoi_portal/user/add/", data)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not OutgoingMail.objects.exists()
    assert User.objects.count() == 2


@pytest.mark.parametrize("role", ROLES)
def test_only_administrators_may_invite_correct_or_switch_off(role: str) -> None:
    person, other = make_user(role), make_user(UNIT_OFFICER)
    is_administrator = role == ADMINISTRATOR
    assert rules.can_invite(person) is is_administrator
    assert rules.can_correct(person) is is_administrator
    assert rules.can_switch_off(person, other) is is_administrator
    assert rules.can_switch_off(person, person) is False
    if not is_administrator:
        new = {"username": "moi", "full_name": "Mới", "email": "m@m.example", "roles": [EDITOR]}
        for attempt in (
            lambda: actions.invite_person(**new, by=person),  # type: ignore[arg-type]
            lambda: actions.invite_again(other, by=person),
            lambda: actions.correct_person(other, changed=["email"], by=person),
            lambda: actions.change_roles(other, roles=[ADMINISTRATOR], by=person),
            lambda: actions.switch_off(other, by=person),
            lambda: actions.switch_on(other, by=person),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert not HistoryEntry.objects.exists()


def test_a_switched_off_account_ends_at_once_and_can_come_back(client: Client) -> None:
    administrator = make_user(ADMINISTRATOR)
    person = make_user(EDITOR, password=PASSWORD)
    sign_in(client, person)
    bystander = sign_in(Client(), make_user(EDITOR))
    assert client.get("/quan-tri/").status_code == 200
    actions.switch_off(person, by=administrator)
    assert client.get("/quan-tri/").status_code == 302
    assert Session.objects.count() == 1
    assert bystander.get("/quan-tri/").status_code == 200
    assert not is_signed_in(_signed_in_as(person))
    with pytest.raises(StaleState):
        actions.switch_off(person, by=administrator)
    actions.switch_on(person, by=administrator)
    assert is_signed_in(_signed_in_as(person))
    with pytest.raises(StaleState):
        actions.switch_on(person, by=administrator)


def _signed_in_as(person: User) -> Client:
    client = Client()
    post_sign_in(client, person.username)
    return client


def test_nobody_switches_themselves_off_or_raises_themselves(client: Client) -> None:
    administrator = make_user(ADMINISTRATOR)
    sign_in(client, administrator)
    page = f"/quan-tri/hanoi_portal/user/{administrator.pk}/"
    assert 'name="roles"' not in client.get(page + "change/").content.decode()
    data = {
        "username": administrator.username, "email": administrator.email,
        "full_name": "Tên Mới", "roles": list(ROLES), "is_superuser": "on",
    }  # fmt: skip
    assert client.post(page + "change/", data).status_code == 302
    administrator.refresh_from_db()
    assert administrator.full_name == "Tên Mới"
    assert administrator.groups.count() == 1
    assert not administrator.is_superuser
    client.post(f"/quan-tri/hanoi_portal/user/{administrator.pk}/tat/")
    administrator.refresh_from_db()
    assert administrator.is_active


def test_the_buttons_of_a_persons_page_act_once_and_only_by_post(client: Client) -> None:
    sign_in(client, make_user(ADMINISTRATOR))
    person = make_user(EDITOR)
    page = f"/quan-tri/hanoi_portal/user/{person.pk}/"
    assert "Gửi lại lời mời" in client.get(page + "change/").content.decode()
    for button in ("moi-lai/", "tat/", "bat/"):
        assert client.get(page + button).status_code == 405
    client.post(page + "moi-lai/")
    assert OutgoingMail.objects.get().about_id == person.pk
    client.post(page + "tat/")
    assert not User.objects.get(pk=person.pk).is_active
    answer = client.post(page + "tat/", follow=True)
    assert "đã tắt từ trước" in answer.content.decode()
    client.post(page + "bat/")
    assert User.objects.get(pk=person.pk).is_active
    verbs = HistoryEntry.objects.about(person).values_list("verb", flat=True)
    assert list(verbs) == ["invite_again", "switch_off", "switch_on"]


def test_changed_roles_open_and_close_the_admin(client: Client) -> None:
    sign_in(client, make_user(ADMINISTRATOR))
    person = make_user(UNIT_OFFICER)
    data = {"username": person.username, "email": person.email, "full_name": person.full_name}
    page = f"/quan-tri/hanoi_portal/user/{person.pk}/change/"
    client.post(page, {**data, "roles": [EDITOR, UNIT_OFFICER]})
    person.refresh_from_db()
    assert person.is_staff
    client.post(page, {**data, "roles": [UNIT_OFFICER]})
    person.refresh_from_db()
    assert not person.is_staff
    assert HistoryEntry.objects.about(person).filter(verb="change_roles").count() == 2


# --- roles --------------------------------------------------------------------------------------
def test_roles_have_only_what_is_granted_to_them() -> None:
    from hanoi_portal.registry import registry
    from hanoi_portal.roles import role_group, sync_roles

    group = role_group(EDITOR)
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    sync_roles()
    for key in ROLES:
        labels = {
            f"{permission.content_type.app_label}.{permission.codename}"
            for permission in role_group(key).permissions.select_related("content_type")
        }
        assert labels == registry.role_permissions[key], key
        assert not any(label.endswith("_group") for label in labels)
    assert not User.objects.filter(is_superuser=True).exists()


class CountingHasher(MD5PasswordHasher):
    """Counts what in production takes the time: one hash is a tenth of a second."""

    algorithm = "counting"
    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


def test_the_time_of_a_wrong_password_does_not_tell_who_exists(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    known = make_user(UNIT_OFFICER, password=PASSWORD)
    gone = make_user(UNIT_OFFICER, password=PASSWORD, is_active=False)
    counts = {}
    for login in (known.username, known.email, gone.username, "khong-co-ai", "ai@noi-nao.example"):
        CountingHasher.count = 0
        post_sign_in(Client(), login, "sai")
        counts[login] = CountingHasher.count
    assert set(counts.values()) == {1}, counts
