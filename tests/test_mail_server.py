"""The mail server of an installation is named by one address; one that cannot be meant stops the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from ducha.site.mail import MailServer, mail_server

SENDER = "ducha@example.gov.cn"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", MailServer()),
        (
            "smtp://a%40b:p%2Fw@mail.example",
            MailServer(SENDER, "mail.example", 587, "a@b", "p/w", starts_tls=True),
        ),
        ("smtps://mail.example:4650", MailServer(SENDER, "mail.example", 4650, is_tls=True)),
        ("smtp+plain://10.0.0.5", MailServer(SENDER, "10.0.0.5", 25)),
    ],
)
def test_one_address_says_all_of_a_mail_server(url, server):
    assert mail_server(url, SENDER) == server


@pytest.mark.parametrize("url", ["mail.example", "http://u:hidden@mail.example", "smtp://"])
def test_an_address_that_cannot_be_meant_is_refused_without_its_password(url):
    with pytest.raises(ImproperlyConfigured, match="must begin with smtp://") as refused:
        mail_server(url, SENDER)
    assert "hidden" not in str(refused.value)


def test_a_server_without_a_sender_is_refused():
    with pytest.raises(ImproperlyConfigured, match="DUCHA_MAIL_FROM is empty"):
        mail_server("smtp://mail.example", "")
