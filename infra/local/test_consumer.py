"""What counts for the example webhook, and what does not."""

import base64
import datetime
import io
import json
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

sys.path.insert(0, str(Path(__file__).parents[2] / "tools" / "webhook"))
from consumer import SIGNED, Consumer, Untrusted, of_local  # noqa: E402
from signatures import Signer  # noqa: E402

TOPIC = "arn:aws:sns:ap-south-1:123456789012:availability"
CERTIFICATE = "https://sns.ap-south-1.amazonaws.com/SimpleNotificationService-1.pem"
TURN = {
    "id": "1:1:2:availability.closed", "type": "availability.closed", "dose": 1, "vaccine": "COVISHIELD", "date": "2026-11-23",
    "center": "District Hospital Aundh", "pincode": 411027, "available": 0, "open_seconds": 90,
}


def certificate(key):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    day = datetime.datetime(2026, 11, 21)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(day).not_valid_after(day + datetime.timedelta(days=30)).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


class Check(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.key, cls.other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))

    def setUp(self):
        self.out, self.fetched = io.StringIO(), []
        self.consumer = Consumer(TOPIC, self.fetch, self.out)

    def fetch(self, address):
        self.fetched.append(address)
        return certificate(self.key)

    def message(self, key=None, **changes):
        message = {
            "Type": "Notification", "MessageId": "m-1", "TopicArn": TOPIC, "Message": json.dumps(TURN), "Timestamp": "2026-11-21T10:01:30.000Z",
            "SignatureVersion": "2", "SigningCertURL": CERTIFICATE,
        } | changes
        text = "".join(f"{name}\n{message[name]}\n" for name in SIGNED[message["Type"]] if name in message)
        signature = (key or self.key).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return message | {"Signature": base64.b64encode(signature).decode()}

    def take(self, message):
        self.consumer.take(json.dumps(message))

    def test_a_message_of_sns_is_told_once(self):
        for _ in range(2):
            self.take(self.message())
        self.take(self.message(Subject="closed"))
        self.assertEqual(self.out.getvalue().count("availability.closed dose 1"), 1)
        self.assertEqual(self.fetched, [CERTIFICATE], "the certificate is kept")

    def test_of_many_at_once_each_is_a_line_and_none_is_told_twice(self):
        class Written(io.StringIO):
            def write(out, text):
                self.assertTrue(self.consumer.one_at_a_time.locked())
                self.assertTrue(text.endswith("\n"), "a line in one go")
                return super().write(text)

        self.consumer.out = Written()
        turns = [TURN | {"id": f"1:1:{number % 20}:availability.closed"} for number in range(60)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self.take, [self.message(Message=json.dumps(turn)) for turn in turns]))
        self.assertEqual(self.consumer.out.getvalue().count("availability.closed"), 20)

    def test_a_subscription_is_confirmed_where_sns_says(self):
        url = "https://sns.ap-south-1.amazonaws.com/?Action=ConfirmSubscription"
        self.take(self.message(Type="SubscriptionConfirmation", Token="token", SubscribeURL=url))
        self.assertEqual(self.fetched, [CERTIFICATE, url])
        foreign = self.message(Type="SubscriptionConfirmation", Token="token", SubscribeURL="https://example.org/")
        self.assertRaises(Untrusted, self.take, foreign)

    def test_whoever_confirms_by_hand_is_given_the_token(self):
        self.consumer.by_hand = True
        url = "https://sns.ap-south-1.amazonaws.com/?Action=ConfirmSubscription"
        self.take(self.message(Type="SubscriptionConfirmation", Token="a-token", SubscribeURL=url))
        self.assertEqual((self.out.getvalue(), self.fetched), ("token a-token\n", [CERTIFICATE]))

    def test_whole_messages_are_printed_as_often_as_they_come(self):
        self.consumer.whole = True
        for _ in range(2):
            self.take(self.message())
        self.assertEqual([json.loads(line) for line in self.out.getvalue().splitlines()], [TURN, TURN])

    def test_an_endpoint_that_stands_for_sns_is_trusted_in_its_place_alone(self):
        self.consumer.is_of_sns = of_local("http://127.0.0.1:4566")
        self.take(self.message(SigningCertURL="http://127.0.0.1:4566/local.pem"))
        for other in (CERTIFICATE, "http://127.0.0.1:4567/local.pem", "http://127.0.0.1:4566@example.org/local.pem"):
            with self.subTest(other):
                self.assertRaises(Untrusted, self.take, self.message(SigningCertURL=other))

    def test_the_local_endpoint_signs_as_sns_does(self):
        signer = Signer("http://127.0.0.1:4566")
        self.consumer = Consumer(TOPIC, lambda _: signer.certificate, self.out, of_local("http://127.0.0.1:4566"))
        envelope = {name: value for name, value in self.message(Subject="closed").items() if name in (*SIGNED["Notification"], "Message")}
        signed = json.loads(signer.sign(json.dumps(envelope)))
        self.take(signed)
        self.assertEqual(self.out.getvalue().count("availability.closed dose 1"), 1)
        self.assertRaises(Untrusted, self.take, signed | {"Timestamp": "2026-11-21T10:01:31.000Z"})
        self.assertEqual(signer.sign("raw text"), "raw text", "what is delivered raw has no signature")

    def test_what_somebody_else_sends_is_refused(self):
        genuine = self.message()
        forged = [
            self.message(key=self.other),
            self.message(TopicArn=f"{TOPIC}-other"),
            self.message(SignatureVersion="1"),
            self.message(SigningCertURL="http://sns.ap-south-1.amazonaws.com/a.pem"),
            self.message(SigningCertURL="https://sns.ap-south-1.amazonaws.com.example.org/a.pem"),
            self.message(SigningCertURL="https://user@sns.ap-south-1.amazonaws.com/a.pem"),
            self.message(SigningCertURL="https://sns.ap-south-1.amazonaws.com/a.html"),
            genuine | {"Message": json.dumps(TURN | {"dose": 2})},
            genuine | {"Signature": "AAAA"},
            genuine | {"Signature": "no signature"},
            genuine | {"Subject": "added"},
            {name: value for name, value in genuine.items() if name != "Timestamp"},
            genuine | {"Type": "Other"},
            [],
        ]
        for message in forged:
            with self.subTest(message=str(message)[:80]):
                self.assertRaises(Untrusted, self.take, message)
        self.assertEqual(self.out.getvalue(), "")


if __name__ == "__main__":
    unittest.main()
