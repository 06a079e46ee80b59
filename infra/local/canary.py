"""Canaries: names, phones, numbers, codes and tokens that are driven through every flow of the local stack, and then looked for.

They may be in the rows of their person and account until these are erased, in what their owner is answered and the desk is shown,
and in the message to them. The test looks in every log, queue, event, metric, row and refusal after its person has
erased everything, and shows of each place that it would find one there.

    canary.py    needs a stack that serves and is seeded
"""

import json
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import boto3

from conformance import token
from settings import API_URL, AWS_URL, REGION, STACK_FILE, STATE

STAMP = str(time.time_ns())[-11:-2]
NAME = f"Canary Kanarienvogel {STAMP}"
WALKED_IN = f"Zaunkoenig {STAMP}"
PHONE = f"+919{STAMP}"
EMAIL = f"canary.{STAMP}@example.org"
ID_NUMBER = f"7392{STAMP[:8]}"
MARK = f"canary-mark-{STAMP}"
HOOK = f"https://192.0.2.1/{MARK}"
DISTRICT = 363
PATIENCE = 90


def client(service):
    return boto3.client(service, endpoint_url=AWS_URL, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


def until(what, found):
    """Awaits it, and says what was awaited in vain."""
    deadline = time.monotonic() + PATIENCE
    while not (result := found()):
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.2)
    return result


@contextmanager
def coming_again_at_once(sqs, url):
    """What fails comes again after a second, and so is soon a dead letter."""
    usual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=usual)


def midday():
    """A time zone where it is between noon and one o'clock."""
    # The names of these zones have the sign of their distance the other way round.
    return f"Etc/GMT{datetime.now(timezone.utc).hour - 12:+d}"


class Caller:
    """Sends requests, and keeps what was refused."""

    refusals = []

    def __init__(self, bearer=None):
        self.bearer = bearer

    def send(self, method, path, body=None, kind="application/json", status=None, **headers):
        data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if data is not None:
            headers["content-type"] = kind
        if self.bearer:
            headers["authorization"] = f"Bearer {self.bearer}"
        request = urllib.request.Request(API_URL + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            found, text = refused.code, f"{refused.headers}{refused.read().decode()}"
            Caller.refusals.append(f"{method} {found} {text}")
        if status is not None and found != status:
            raise AssertionError(f"{method} {path.split('?')[0]}: {status} expected, answered {found}")
        return json.loads(text) if found < 300 and text.startswith(("{", "[")) else text


def messages():
    with urllib.request.urlopen(f"{AWS_URL}/_ministack/sns/sms-messages?phoneNumber=%2B{PHONE[1:]}", timeout=30) as answer:
        recorded = json.load(answer)["sms_messages"]
    return [message["Message"] for sent in recorded.values() for message in sent]


def log_lines():
    """All that the functions and the gateway have logged."""
    logs = client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
            yield from ((name, event["message"]) for event in page["events"])


class Flows:
    """Everything that a person, staff and a stranger can do, right and wrong."""

    def __init__(self):
        self.admin, self.stranger = Caller(token("admin")), Caller()
        self.secrets = {"name": NAME, "name of a newcomer": WALKED_IN, "phone": PHONE, "phone without its plus": PHONE[1:], "number": ID_NUMBER, "mark": MARK, "e-mail": EMAIL}

    def all(self):
        self.log_in()
        self.register()
        self.subscribe()
        session, queued = self.publish(), self.publish(queue="ON")
        self.book(session)
        self.queue(queued)
        self.go_wrong(session)
        self.poison()
        self.report(session)
        self.receive()
        for one in (session, queued):
            self.admin.send("POST", f"/v1/admin/sessions/{one}/cancel", status=200)
        until("a person without appointments", lambda: "removed" in str(self.remove(self.people[1])))
        self.log_out()
        self.erase()
        return self.secrets

    def log_in(self):
        sent = self.stranger.send("POST", "/v1/auth/otp", {"phone": PHONE}, status=202)
        self.code = until("a code", messages)[-1][:6]
        body = {"phone": PHONE, "challenge": sent["challenge"], "code": "000000" if self.code != "000000" else "111111"}
        self.stranger.send("POST", "/v1/auth/token", body)
        tokens = self.stranger.send("POST", "/v1/auth/token", body | {"code": self.code}, status=200)
        self.stranger.send("POST", "/v1/auth/token", body | {"code": self.code})
        renewed = self.stranger.send("POST", "/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]}, status=200)
        self.refresh = renewed["refresh_token"]
        self.citizen = Caller(renewed["access_token"])
        for number, held in enumerate((tokens, renewed)):
            self.secrets[f"access token {number}"] = held["access_token"]
            self.secrets[f"signature {number}"] = held["access_token"].rsplit(".", 1)[1]
            self.secrets[f"refresh token {number}"] = held["refresh_token"]
        self.secrets["code in a message"] = f"{self.code} is your"

    def register(self):
        person = {"name": NAME, "birth": "1984-02-29"}
        document = {"photo_id": {"kind": "DRIVING_LICENCE", "number": ID_NUMBER}}
        made = [
            self.citizen.send("POST", "/v1/beneficiaries", person | more, status=201, idempotency_key=f"{MARK}-{number}")
            for number, more in enumerate((document, {}))
        ]
        self.people = [one["beneficiary_id"] for one in made]
        self.citizen.send("POST", "/v1/beneficiaries", person | document, status=409)
        self.citizen.send("PATCH", f"/v1/beneficiaries/{self.people[1]}", {"name": f"{NAME} the second"}, status=200)
        wanted = {"language": "en", "channels": ["SMS", "EMAIL"], "email": EMAIL}
        self.citizen.send("PUT", "/v1/account/preferences", wanted, status=204, idempotency_key=f"{MARK}-wanted")
        self.citizen.send("GET", "/v1/account/preferences", status=200)
        self.citizen.send("PUT", "/v1/account/preferences", wanted | {"email": f"{NAME} {EMAIL}"}, status=422)
        self.citizen.send("GET", "/v1/beneficiaries", status=200)
        self.citizen.send("GET", f"/v1/beneficiaries/{self.people[0]}", status=200)

    def subscribe(self):
        """The e-mail address is subscribed, the webhook refused: it is in a network for examples."""
        wanted = {"protocol": "email", "endpoint": EMAIL}
        made = self.citizen.send("POST", "/v1/subscriptions", wanted, status=201, idempotency_key=f"{MARK}-told")
        at = f"/v1/subscriptions/{made['subscription_id']}"
        self.citizen.send("POST", "/v1/subscriptions", wanted, status=409)
        self.citizen.send("POST", "/v1/subscriptions", {"protocol": "https", "endpoint": HOOK}, status=422)
        self.citizen.send("POST", "/v1/subscriptions", wanted | {"filter": {"district_id": EMAIL}}, status=422)
        self.citizen.send("POST", f"{at}/confirm", {"token": MARK}, status=422)
        for shown in (self.citizen.send("GET", "/v1/subscriptions", status=200), self.citizen.send("GET", at, status=200), made):
            Caller.refusals.append(f"a subscription, for its owner: {shown}")

    def remove(self, person):
        return "removed" if self.citizen.send("DELETE", f"/v1/beneficiaries/{person}") == "" else None

    def receive(self):
        """A day at the desk: one comes who has no phone, is looked up, and gets the dose; another never came."""
        zone = midday()
        center = self.center(opens="00:00", closes="23:59", time_zone=zone)
        slots = [{"slot": slot, "capacity": {"1": 5}} for slot in ("08:00-20:00", "20:00-23:59")]
        today = datetime.now(ZoneInfo(zone))
        session = self.admin.send("POST", f"/v1/admin/centers/{center}/sessions", {
            "date": str(today.date()), "vaccine": "COVISHIELD", "min_age": 18, "fee": 0, "slots": slots,
        }, status=201)["session_id"]
        visit = {"slot": slots[0]["slot"], "dose": 1, "birth": "1984-02-29"}
        for deed in ("complete", "no-show"):
            made = self.admin.send("POST", f"/v1/admin/sessions/{session}/walk-ins", visit | {"name": WALKED_IN}, status=201)
            at = f"/v1/admin/centers/{center}/appointments/{made['reference']}"
            if WALKED_IN not in str(self.admin.send("GET", at, status=200)):
                raise AssertionError("the desk sees nobody")
            self.admin.send("POST", f"{at}/{deed}", status=200)
        self.admin.send("POST", f"/v1/admin/sessions/{session}/walk-ins", visit | {"name": [WALKED_IN]})
        self.admin.send("GET", f"/v1/admin/centers/{center}/appointments/{urllib.parse.quote(WALKED_IN)}")
        deeds = ("take_in", "find_appointment", "end_appointment")
        trail = lambda: str(self.admin.send("GET", f"/v1/admin/audit?center_id={center}", status=200))
        entries = until("the trail of the desk", lambda: all(trail().count(deed) == 2 for deed in deeds) and trail())
        Caller.refusals.append(f"the trail, for staff: {entries}")

    def erase(self):
        exported = str(self.citizen.send("GET", "/v1/account/export", status=200))
        if NAME not in exported or PHONE not in exported:
            raise AssertionError("the export lacks what is stored")
        until("the end of everything", lambda: self.citizen.send("DELETE", "/v1/account") == "")

    def center(self, **otherwise):
        return self.admin.send("POST", "/v1/admin/centers", {
            "name": "Canary Center", "address": "1 Test Road", "district_id": DISTRICT, "pincode": 411027,
            "opens": "09:00", "closes": "18:00", "fee_type": "Free",
        } | otherwise, status=201)["center_id"]

    def publish(self, queue=None):
        center = self.center()
        session = self.admin.send("POST", f"/v1/admin/centers/{center}/sessions", {
            "date": str(date.today() + timedelta(days=2)), "vaccine": "COVISHIELD", "min_age": 18, "fee": 0,
            "slots": [{"slot": slot, "capacity": {"1": 5}} for slot in ("09:00-11:00", "11:00-13:00")],
        }, status=201)["session_id"]
        if queue:
            self.admin.send("PUT", f"/v1/admin/sessions/{session}/opening", {"opens_at": None, "queue": queue}, status=200)
        return session

    def order(self, session, person, slot="09:00-11:00"):
        return {"session_id": session, "slot": slot, "dose": 1, "beneficiaries": [person]}

    def book(self, session):
        def own(made):
            return [{key: one[key] for key in ("beneficiary_id", "appointment_id")} for one in made["appointments"]]

        first, second = self.people
        booked = self.citizen.send("POST", "/v1/appointments", self.order(session, first), status=201, idempotency_key=MARK)
        moved = {"appointments": own(booked), "session_id": session, "slot": "11:00-13:00"}
        moved = self.citizen.send("POST", "/v1/appointments/reschedule", moved, status=200)
        held = self.citizen.send("POST", "/v1/holds", self.order(session, second), status=201)
        self.citizen.send("POST", "/v1/appointments/confirm", {"appointments": own(held)}, status=200, idempotency_key=MARK)
        self.citizen.send("POST", "/v1/appointments/cancel", {"appointments": own(moved)}, status=200, idempotency_key=MARK)
        self.citizen.send("GET", "/v1/appointments", status=200)
        until("messages of a booking, a move, a confirmation and a cancellation", lambda: len(messages()) >= 5)

    def queue(self, session):
        ticket = self.citizen.send("POST", "/v1/appointments", self.order(session, self.people[0]), status=202)["ticket"]
        shown = lambda: self.citizen.send("GET", f"/v1/tickets/{ticket}", status=200)
        until("the end of a ticket", lambda: shown()["status"] != "PENDING")

    def go_wrong(self, session):
        odd = urllib.parse.quote(NAME)
        for caller in (self.citizen, self.admin, self.stranger):
            for path in ("/v1/beneficiaries", "/v1/appointments", "/v1/holds", "/v1/appointments/cancel", "/v1/admin/centers", "/v1/auth/otp"):
                caller.send("POST", path, {"nickname": NAME, "name": [NAME], "phone": MARK, "photo_id": ID_NUMBER})
                caller.send("POST", path, f'{{"name": "{NAME}", "phone": "{PHONE}", {ID_NUMBER}')
                caller.send("POST", path, f"{NAME} {PHONE} {ID_NUMBER}", kind=f"text/{MARK}")
            for path in ("/v1/sessions", "/v1/reports/bookings", "/v1/beneficiaries", f"/v1/centers/{odd}", f"/{odd}/{ID_NUMBER}",
                         f"/v1/tickets/{MARK}", f"/v1/beneficiaries/{odd}", f"/v1/reports/sessions/{odd}/appointments"):
                caller.send("GET", f"{path}?phone={urllib.parse.quote(PHONE)}&name={odd}&cursor={ID_NUMBER}&date={MARK}")
        for bearer in (f"{self.citizen.bearer}x", self.citizen.bearer.rsplit(".", 1)[0] + ".", NAME.replace(" ", "-")):
            Caller(bearer).send("GET", "/v1/beneficiaries", status=401)
        self.citizen.send("POST", "/v1/appointments", self.order(session, self.people[1]), status=409)
        self.citizen.send("POST", "/v1/appointments", self.order(session, self.people[0]) | {"slot": MARK}, idempotency_key=f"x{MARK}")
        rows = f"center_id,name,address\n{ID_NUMBER},{NAME},{PHONE}\n,,{MARK}\n"
        for kind in ("districts", "centers", "sessions"):
            self.admin.send("POST", f"/v1/admin/import/{kind}", rows, kind="text/csv")

    def poison(self):
        """In what is put into a queue by a stranger there may be anything. It stays where it is put, or where dead letters go."""
        sqs, bodies = client("sqs"), (MARK, json.dumps({"name": NAME, "phone": PHONE, "event": MARK}))
        queues = {url.rsplit("/", 1)[1].split("-")[1]: url for url in sqs.list_queues()["QueueUrls"]}

        def put(name):
            for number, body in enumerate(bodies):
                group = {} if name in ("Notifications", "Receipts") else {"MessageGroupId": "poison", "MessageDeduplicationId": f"poison-{STAMP}-{number}"}
                yield sqs.send_message(QueueUrl=queues[name], MessageBody=body, **group)["MessageId"]

        def said(name, *words):
            return all(any(word in text for where, text in log_lines() if where.endswith(name)) for word in words)

        list(put("Notifications"))
        until("the notifier's word on poison", lambda: said("vaxslot-notifier", "an event could not be told"))
        sent = list(put("Receipts"))
        until("the word on poisoned receipts", lambda: said("vaxslot-receipts", "a receipt could not be noted", *sent))
        sent = list(put("ReservationsDead"))
        until("the closer's", lambda: said("vaxslot-closer", "a dead letter cannot be read", *sent))
        with coming_again_at_once(sqs, queues["Reservations"]):
            sent = list(put("Reservations"))
            until("the closer's on what the booker gave up", lambda: said("vaxslot-closer", *sent))

    def report(self, session):
        day = date.today() + timedelta(days=2)
        for form in ("json", "csv"):
            for path in (f"/v1/reports/bookings?date={day}&district_id={DISTRICT}&", f"/v1/reports/sessions/{session}/appointments?"):
                text = str(self.admin.send("GET", f"{path}format={form}", status=200))
                Caller.refusals.append(f"a report, for staff: {text}")
        for path in ("/v1/states", f"/v1/sessions?district_id={DISTRICT}&date={day}", f"/v1/sessions/{session}"):
            Caller.refusals.append(f"for everybody: {self.stranger.send('GET', path, status=200)}")

    def log_out(self):
        self.stranger.send("POST", "/v1/auth/logout", {"refresh_token": self.refresh}, status=204)
        self.stranger.send("POST", "/v1/auth/refresh", {"refresh_token": self.refresh}, status=401)


class Places:
    """Where canaries are looked for. Each yields texts, with where they were found."""

    def __init__(self):
        sqs, sns = client("sqs"), client("sns")
        topic = json.loads(STACK_FILE.read_text())["events_topic"]
        self.listener = sqs.create_queue(QueueName=f"canary-{STAMP}")["QueueUrl"]
        allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        sqs.set_queue_attributes(QueueUrl=self.listener, Attributes={"Policy": policy})
        arn = sqs.get_queue_attributes(QueueUrl=self.listener, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)["SubscriptionArn"]
        self.topic = topic

    def close(self):
        client("sns").unsubscribe(SubscriptionArn=self.subscription)
        client("sqs").delete_queue(QueueUrl=self.listener)

    def logs(self):
        yield from log_lines()
        for file in STATE.glob("*.log"):
            yield file.name, file.read_text(errors="replace")

    def queues(self):
        """What waits in a queue, dead letters too. The poison is where it was put and where dead letters go."""
        sqs, seen = client("sqs"), []
        for url in sqs.list_queues()["QueueUrls"]:
            while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600).get("Messages"):
                for message in got:
                    seen.append((url, message["ReceiptHandle"]))
                    text = json.dumps(message, ensure_ascii=False)
                    if url == self.listener or message["Body"] not in (MARK, json.dumps({"name": NAME, "phone": PHONE, "event": MARK})):
                        yield url.rsplit("/", 1)[1], text
        # They are whoever's they were before.
        for url, handle in seen:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)

    def metrics(self):
        for page in client("cloudwatch").get_paginator("list_metrics").paginate():
            yield from (("metrics", json.dumps(metric)) for metric in page["Metrics"])

    def rows(self):
        """Nothing of whoever has erased it; the newcomer's name is in their own row."""
        table = json.loads(STACK_FILE.read_text())["table"]
        for page in client("dynamodb").get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                key = item["pk"]["S"]
                if key.startswith("BENEFICIARY#") and item.get("name") == {"S": WALKED_IN}:
                    item.pop("name")
                yield key, json.dumps(item, ensure_ascii=False)

    def refusals(self):
        yield from ((text.split(" {")[0][:20], text) for text in Caller.refusals)

    def all(self):
        return (self.logs, self.queues, self.metrics, self.rows, self.refusals)


def found(place, secrets):
    """Where which canary is: never the canary itself."""
    return sorted({
        f"{where}: {what}" for where, text in place() for what, secret in secrets.items()
        if secret in text or json.dumps(secret)[1:-1] in text
    })


class Canary(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.places = Places()
        self.addCleanup(self.places.close)

    def test_canaries_driven_through_every_flow_are_found_nowhere(self):
        secrets = Flows().all()
        looked = {place.__name__: found(place, secrets) for place in self.places.all()}
        print("looked for", len(secrets), "canaries in", ", ".join(looked), "and", len(Caller.refusals), "answers")
        self.assertEqual(looked, {place: [] for place in looked})
        self.assertGreater(len(Caller.refusals), 80)
        self.assertGreater(len(messages()), 4, "what is for the person has reached the person")

    def test_a_planted_canary_is_found_wherever_it_is_planted(self):
        planted = f"planted-{STAMP}"
        secrets = {"planted": planted}
        logs, table = client("logs"), json.loads(STACK_FILE.read_text())["table"]
        group = "/aws/lambda/vaxslot-search"
        logs.create_log_stream(logGroupName=group, logStreamName=planted)
        logs.put_log_events(
            logGroupName=group, logStreamName=planted, logEvents=[{"timestamp": int(time.time() * 1000), "message": f'{{"name":"{planted}"}}'}]
        )
        client("sns").publish(TopicArn=self.places.topic, Message=json.dumps({"name": planted}))
        client("cloudwatch").put_metric_data(
            Namespace="canary", MetricData=[{"MetricName": "Planted", "Dimensions": [{"Name": "Person", "Value": planted}], "Value": 1}]
        )
        key = {"pk": {"S": f"CANARY#{planted}"}, "sk": {"S": "CANARY"}}
        client("dynamodb").put_item(TableName=table, Item=key)
        self.addCleanup(client("dynamodb").delete_item, TableName=table, Key=key)
        Caller.refusals.append(f"no such person: {planted}")
        self.addCleanup(Caller.refusals.pop)
        for place in self.places.all():
            until(f"what was planted in {place.__name__}", lambda: found(place, secrets))


if __name__ == "__main__":
    if not Path(STACK_FILE).exists():
        sys.exit("there is no stack: run `make run DETACH=1`")
    unittest.main(verbosity=1)
