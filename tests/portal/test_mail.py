"""E-mails from the outbox to a mailbox, over a real SMTP server or into a folder."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from fixtures.portal_house import NOW
from fixtures.postbox import HOST, PASSWORD, USER, certificate, receiving
from ledger.mails import Mail
from portal.mail.carrying import NotCarried, carrier
from portal.mail.postman import GIVEN_UP, Postman, again_at
from portal.mail_settings import MailSettings, Security, Server, mail_from_environment

SENDER = "bestilling@example.org"
MINUTE = timedelta(minutes=1)


def a_mail(key="approval:1001", **more):
    plain = {
        "recipient": "ola",
        "address": "ola@example.org",
        "subject": "Bestilling 1001 venter på godkjenning",
        "text": "Hei, Ola!\n\nhttp://127.0.0.1:8410/orders/1001\nÆØÅ\n",
    }
    return Mail(**{"key": key, **plain, **more})


def plainly(port):
    return MailSettings(sender=SENDER, to=Server(host=HOST, port=port, security=Security.NONE))


@pytest.fixture(scope="module")
def box():
    with receiving() as found:
        yield found


@pytest.fixture
def postman(portal, box):
    box.mails.clear()
    box.refuses.clear()
    box.busy = ""
    house = portal.client.app.state.house
    return Postman(house, carrier(plainly(box.port)))


def test_what_lies_in_the_outbox_arrives_once(portal, box, postman):
    portal.ledger.mails.write(a_mail(), NOW)
    assert postman.round() == 1
    assert postman.round() == 0
    (mail,) = box.mails
    assert (mail["From"], mail["To"]) == (SENDER, "ola@example.org")
    assert mail["Subject"] == "Bestilling 1001 venter på godkjenning"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert "Hei, Ola!" in mail.get_content()
    assert "ÆØÅ" in mail.get_content()


def test_a_mail_that_comes_twice_is_known_by_its_id(box):
    carry = carrier(plainly(box.port))
    box.mails.clear()
    for moment in (NOW, NOW + MINUTE):
        carry(a_mail(), moment)
    carry(a_mail("approval:1002"), NOW)
    first, second, other = (mail["Message-ID"] for mail in box.mails)
    assert first == second != other


def test_a_busy_server_is_tried_again_and_nothing_is_lost(portal, box, postman):
    box.busy = "451 come back later"
    portal.ledger.mails.write(a_mail(), NOW)
    assert postman.round() == 0
    portal.moment[0] += MINUTE
    box.busy = ""
    assert postman.round() == 1
    assert len(box.mails) == 1


def test_who_is_not_known_there_is_given_up_and_the_others_get_theirs(portal, box, postman):
    box.refuses["nobody@example.org"] = "550 no such user"
    for key, address in (("a", "nobody@example.org"), ("b", "no address"), ("c", "c@example.org")):
        portal.ledger.mails.write(a_mail(key, address=address), NOW)
    assert postman.round() == 1
    assert [mail["To"] for mail in box.mails] == ["c@example.org"]
    found = {one.key: one.trouble for one in portal.ledger.mails.given_up()}
    assert found == {"a": "550 no such user", "b": "'no address' is no e-mail address"}


def test_a_server_that_is_away_is_asked_once_a_round(portal, box):
    house = portal.client.app.state.house
    with receiving() as gone:
        port = gone.port
    asked = []

    def carry(mail, now):
        asked.append(mail.key)
        carrier(plainly(port))(mail, now)

    for key in ("a", "b"):
        portal.ledger.mails.write(a_mail(key), NOW)
    Postman(house, carry).round()
    assert len(asked) == 1
    assert portal.ledger.mails.waiting() == 2


def test_one_waits_longer_each_time_and_gives_up_after_days(portal):
    portal.ledger.mails.write(a_mail(), NOW)
    moment, waits = NOW, []
    while True:
        taken = portal.ledger.mails.take(moment)
        again = again_at(taken, moment)
        portal.ledger.mails.failed(taken, "451", again)
        if again is None:
            break
        waits.append(again - moment)
        moment = again
    assert waits[:7] == [n * MINUTE for n in (1, 2, 4, 8, 16, 32, 60)]
    assert set(waits[7:]) == {60 * MINUTE}
    assert moment - NOW > GIVEN_UP


def test_starttls_and_sign_in_are_used_and_a_stranger_is_not_trusted(tmp_path_factory, monkeypatch):
    file, context = certificate(tmp_path_factory.mktemp("tls"))
    with receiving(context) as box:
        settings = {"host": HOST, "port": box.port, "security": Security.STARTTLS, "user": USER}
        good = Server(**settings, password=PASSWORD)
        bad = Server(**settings, password="another")  # noqa: S106 - refused by this very server
        with pytest.raises(NotCarried, match="SSLCertVerificationError"):
            carrier(MailSettings(sender=SENDER, to=good))(a_mail(), NOW)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        carrier(MailSettings(sender=SENDER, to=good))(a_mail(), NOW)
        assert box.users == [USER]
        assert len(box.mails) == 1
        with pytest.raises(NotCarried, match="refuses the user: 535") as refused:
            carrier(MailSettings(sender=SENDER, to=bad))(a_mail(), NOW)
        assert refused.value.away


def test_mails_may_be_laid_into_a_folder(portal, tmp_path):
    folder = tmp_path / "mail"
    house = portal.client.app.state.house
    portal.ledger.mails.write(a_mail(), NOW)
    assert Postman(house, carrier(MailSettings(sender=SENDER, to=folder))).round() == 1
    (file,) = folder.iterdir()
    assert file.name.startswith("2026-11-23-090000-")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"] == "ola@example.org"
    assert "ÆØÅ" in mail.get_content()


def test_a_line_break_in_a_subject_makes_no_header(box):
    box.mails.clear()
    carrier(plainly(box.port))(a_mail(subject="Hei\r\nBcc: all@example.org"), NOW)
    (mail,) = box.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hei Bcc: all@example.org"


SMTP = {"GRUNNMUR_MAIL_SERVER": "smtp.example.org", "GRUNNMUR_MAIL_FROM": SENDER}


def test_the_environment_says_where_mails_go():
    assert mail_from_environment({}) is None
    found = mail_from_environment(SMTP)
    assert found.to == Server(host="smtp.example.org", port=587, security=Security.STARTTLS)
    more = {"GRUNNMUR_MAIL_USER": "u", "GRUNNMUR_MAIL_PASSWORD": "pst"}
    tls = mail_from_environment(SMTP | more | {"GRUNNMUR_MAIL_SECURITY": "tls"})
    assert tls.to.port == 465
    assert "pst" not in repr(tls)
    six = mail_from_environment(SMTP | {"GRUNNMUR_MAIL_SERVER": "[::1]:25"})
    assert (six.to.host, six.to.port) == ("::1", 25)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"GRUNNMUR_MAIL_FROM": ""}, "MAIL_FROM: '' is no e-mail address"),
        ({"GRUNNMUR_MAIL_FROM": "Us <a@b.no>"}, "is no e-mail address"),
        ({"GRUNNMUR_MAIL_FOLDER": "mail"}, "not both"),
        ({"GRUNNMUR_MAIL_SECURITY": "ssl"}, "'ssl' must be one of starttls, tls, none"),
        ({"GRUNNMUR_MAIL_HOURS": "never"}, "'never' must be opening or always"),
        ({"GRUNNMUR_MAIL_SERVER": "smtp:0"}, "must be host:port"),
        ({"GRUNNMUR_MAIL_SERVER": ":25"}, "must be host:port"),
        ({"GRUNNMUR_MAIL_USER": "u"}, "or neither"),
        (
            {
                "GRUNNMUR_MAIL_USER": "u",
                "GRUNNMUR_MAIL_PASSWORD": "p",
                "GRUNNMUR_MAIL_SECURITY": "none",
            },
            "readable over the network",
        ),
    ],
)
def test_what_is_wrong_with_the_settings_is_said(more, words):
    with pytest.raises(ValueError, match=words):
        mail_from_environment(SMTP | more)
