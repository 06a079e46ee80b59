"""Signs what the local endpoint delivers to webhooks as SNS does (signature version 2), which the endpoint leaves out."""

import base64
import datetime
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

PATH = "/SimpleNotificationService-local.pem"
# SNS developer guide, "Verifying the signatures of Amazon SNS messages".
NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


class Signer:
    """A key for as long as the endpoint runs, with a certificate that it serves."""

    def __init__(self, url):
        self.url, self.key = url + PATH, rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.localhost")])
        now = datetime.datetime.now(datetime.timezone.utc)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key()).serial_number(1)
        made = made.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=365)).sign(self.key, hashes.SHA256())
        self.certificate = made.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, payload):
        try:
            message = json.loads(payload)
            names = NOTIFICATION if message["Type"] == "Notification" else CONFIRMATION
        except (ValueError, TypeError, KeyError):
            return payload
        text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        signed = {"SignatureVersion": "2", "SigningCertURL": self.url, "Signature": base64.b64encode(signature).decode()}
        return json.dumps(message | signed)


def sign_deliveries(signer):
    """Runs inside the endpoint: wraps its deliveries to webhooks."""
    from ministack.services import sns

    post = sns._http_post_sync
    sns._http_post_sync = lambda endpoint, payload, kind: post(endpoint, signer.sign(payload), kind)
