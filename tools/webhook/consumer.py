"""A webhook that is told what can be had: an example to run, or to take along.

    python3 tools/webhook/consumer.py --topic arn:aws:sns:ap-south-1:123456789012:vaxslot-AvailabilityTopic-… [--port 8080]

It needs Python 3.11 and nothing else. Put it behind a server that speaks HTTPS, subscribe the address (POST /v1/subscriptions with
the protocol "https"), and it confirms the subscription and prints one line for each turn of a dose. On the local stack, which takes
http://127.0.0.1:8080/ as an address, say `--sns` and the AWS endpoint that `make run` prints.

Anybody can send to a public address. So a message counts only if it is signed by SNS (signature version 2: RSA with SHA-256), with a
certificate that an address of SNS serves, and if it is of the topic. A message may come again: its `id` tells.
"""

import argparse
import base64
import hashlib
import http.server
import json
import re
import ssl
import sys
import threading
import urllib.request
from urllib.parse import urlsplit

LONGEST = 262_144
SNS = re.compile(r"sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?")
# DigestInfo of SHA-256 (RFC 8017, section 9.2, note 1).
SHA_256 = bytes.fromhex("3031300d060960864801650304020105000420")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


class Untrusted(Exception):
    """A message that SNS did not send for the topic."""


def check(message, topic, fetch, is_of_sns):
    """Raises unless SNS signed the message for the topic; `fetch` gets the text behind an address, `is_of_sns` tells whose it is."""
    if message.get("TopicArn") != topic:
        raise Untrusted("it is of another topic")
    names = SIGNED.get(message.get("Type"))
    if names is None or message.get("SignatureVersion") != "2":
        raise Untrusted("it is of an unknown type or signature")
    # A subject is signed where there is one.
    names = [name for name in names if name != "Subject" or message.get(name) is not None]
    if not all(isinstance(message.get(name), str) for name in (*names, "Signature", "SigningCertURL")):
        raise Untrusted("it lacks a part")
    if not is_of_sns(message["SigningCertURL"]) or not urlsplit(message["SigningCertURL"]).path.endswith(".pem"):
        raise Untrusted("its certificate is not of SNS")
    text = "".join(f"{name}\n{message[name]}\n" for name in names)
    try:
        modulus, exponent = public_key(fetch(message["SigningCertURL"]))
        signature = base64.b64decode(message["Signature"], validate=True)
    except (ValueError, IndexError) as error:
        raise Untrusted("its certificate or signature cannot be read") from error
    if not is_signed(text.encode(), signature, modulus, exponent):
        raise Untrusted("its signature is wrong")


def of_sns(address):
    parts = urlsplit(address)
    return parts.scheme == "https" and SNS.fullmatch(parts.netloc) is not None


def of_local(endpoint):
    """The same for an endpoint that stands for SNS."""
    return lambda address: urlsplit(address)[:2] == urlsplit(endpoint)[:2]


def is_signed(text, signature, modulus, exponent):
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2.2)."""
    length = (modulus.bit_length() + 7) // 8
    if len(signature) != length:
        return False
    found = pow(int.from_bytes(signature), exponent, modulus).to_bytes(length)
    end = b"\0" + SHA_256 + hashlib.sha256(text).digest()
    return found == b"\0\1" + b"\xff" * (length - len(end) - 2) + end


def public_key(pem):
    """Modulus and exponent of the RSA key in a certificate (RFC 5280, section 4.1)."""
    certificate = children(ssl.PEM_cert_to_DER_cert(pem))[0][1]
    to_be_signed = children(children(certificate)[0][1])
    # The version stands in front in all but the oldest certificates; the key is the sixth of what follows.
    key = to_be_signed[6 if to_be_signed[0][0] == 0xA0 else 5][1]
    bits = children(key)[1][1]
    numbers = children(children(bits[1:])[0][1])
    return int.from_bytes(numbers[0][1]), int.from_bytes(numbers[1][1])


def children(der):
    """Tag and content of each value in a row of DER."""
    found, place = [], 0
    while place < len(der):
        tag, length, place = der[place], der[place + 1], place + 2
        if length & 0x80:
            count = length & 0x7F
            length, place = int.from_bytes(der[place:place + count]), place + count
        if place + length > len(der):
            raise ValueError("the certificate breaks off")
        found.append((tag, der[place:place + length]))
        place += length
    return found


class Consumer:
    """What is done with messages that count. `by_hand` leaves confirming to somebody else, and `whole` prints messages as they come."""

    def __init__(self, topic, fetch, out=sys.stdout, is_of_sns=of_sns, by_hand=False, whole=False):
        self.topic, self.get, self.out, self.is_of_sns = topic, fetch, out, is_of_sns
        self.by_hand, self.whole = by_hand, whole
        self.seen, self.certificates = set(), {}
        # Messages come at once, each in a thread of its own: one at a time counts, and is a line.
        self.one_at_a_time = threading.Lock()

    def fetch(self, address):
        if address not in self.certificates:
            self.certificates[address] = self.get(address)
        return self.certificates[address]

    def say(self, line):
        self.out.write(f"{line}\n")
        self.out.flush()

    def take(self, body):
        message = json.loads(body)
        if not isinstance(message, dict):
            raise Untrusted("it is no message")
        check(message, self.topic, self.fetch, self.is_of_sns)
        with self.one_at_a_time:
            if message["Type"] == "SubscriptionConfirmation":
                self.confirm(message)
            elif message["Type"] == "Notification":
                self.told(json.loads(message["Message"]))

    def confirm(self, message):
        if self.by_hand:
            self.say(f"token {message['Token']}")
            return
        if not self.is_of_sns(message["SubscribeURL"]):
            raise Untrusted("its address to confirm at is not of SNS")
        self.get(message["SubscribeURL"])
        self.say("subscribed")

    def told(self, turn):
        if self.whole:
            self.say(json.dumps(turn))
            return
        if turn["id"] in self.seen:
            return
        self.seen.add(turn["id"])
        what = f"{turn['type']} dose {turn['dose']} of {turn['vaccine']} on {turn['date']} at {turn['center']}, {turn['pincode']}"
        after = f" after {turn['open_seconds']} s" if "open_seconds" in turn else f": {turn['available']} free"
        self.say(what + after)


def handler(consumer):
    class Handler(http.server.BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self):
            length = int(self.headers.get("content-length") or 0)
            try:
                if not 0 < length <= LONGEST:
                    raise Untrusted("it is empty or too long")
                consumer.take(self.rfile.read(length))
                status = 204
            except (Untrusted, ValueError, KeyError, TypeError) as error:
                print(f"a message was refused: {error}", file=sys.stderr, flush=True)
                status = 403
            except OSError as error:
                # SNS tries again.
                print(f"a message could not be checked: {error}", file=sys.stderr, flush=True)
                status = 503
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    return Handler


class Server(http.server.ThreadingHTTPServer):
    # Many messages may come at once.
    request_queue_size = 128


def fetch(address):
    with urllib.request.urlopen(address, timeout=5) as answer:
        return answer.read(65_536).decode()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--topic", required=True, help="the ARN in AvailabilityTopicArn of the stack's outputs")
    arguments.add_argument("--port", type=int, default=8080, help="0 takes one that is free")
    arguments.add_argument("--sns", metavar="URL", help="an endpoint that stands for SNS, as that of a local stack")
    arguments.add_argument("--by-hand", action="store_true", help="prints the token to confirm by, and leaves that to you")
    arguments.add_argument("--whole", action="store_true", help="prints messages as they come, also those that come again")
    given = arguments.parse_args()
    is_of_sns = of_local(given.sns) if given.sns else of_sns
    consumer = Consumer(given.topic, fetch, is_of_sns=is_of_sns, by_hand=given.by_hand, whole=given.whole)
    server = Server(("127.0.0.1", given.port), handler(consumer))
    consumer.say(f"listening on 127.0.0.1:{server.server_port}")
    server.serve_forever()


if __name__ == "__main__":
    main()
