"""The whole portal in both of its lives: the environment alone decides which."""

from tests.harness.portal import Portal, wait_for

ISSUE = ("issue_plan", "722/KH-STTTT", "--by")


def test_it_serves_issues_and_sends_with_the_services_that_the_environment_names(
    portal: Portal,
) -> None:
    assert portal.status("/") == 200
    assert portal.status("/ke-hoach/722-kh-stttt/") == 200
    assert portal.status("/khong-co-trang-nay/") == 404

    settings = portal.manage(
        "shell",
        "--no-imports",
        "-c",
        "from django.conf import settings as s\n"
        "print(s.DATABASES['default']['ENGINE'], s.CELERY_BROKER_URL, s.EMAIL_BACKEND)",
    ).stdout
    if portal.flavour == "services":
        assert "postgresql" in settings
        assert "redis://" in settings
        assert "SmtpBackend" in settings
    else:
        assert "sqlite3" in settings
        assert "filesystem://" in settings
        assert "FileBackend" in settings

    [coordinator] = [name for name, _, role in portal.accounts("coordinator")]
    portal.manage(*ISSUE, coordinator)
    wait_for(lambda: len(portal.mails()) >= 61, within=60)
    recipients = [str(message["To"]) for message in portal.mails()]
    assert len(set(recipients)) == len(recipients) == 61
    assert all(address.rstrip(">").endswith(".example") for address in recipients)
    assert "chưa giao" not in portal.get("/ke-hoach/722-kh-stttt/").lower()
