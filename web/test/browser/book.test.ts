// A citizen's way, from the first code to the last appointment.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { accessible, keys, logIn, open, seen, visit } from "./browser.ts";
import { call, codeFor, phone, place, publish, token, TOMORROW } from "./stack.ts";

async function register(page: Page, name: string): Promise<void> {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Born").fill("1984");
    await page.getByRole("button", { name: "Add a person" }).click();
}

/** Logged in, with a person, and looking at the session. */
async function ready(page: Page, session: string): Promise<void> {
    await open(page, `book.html#/session/${session}`);
    await logIn(page);
    await register(page, "Asha Rao");
    await seen(page.getByRole("group", { name: "For whom" }));
}

async function pick(page: Page, slot: string): Promise<void> {
    await page.getByRole("radio", { name: slot }).check();
    await page.getByRole("checkbox", { name: "Asha Rao" }).check();
}

test("somebody without a mouse logs in, registers, finds, books and cancels", async () => {
    const { center } = await place();
    const number = phone();
    await visit({}, async (page) => {
        const hands = keys(page);
        await open(page, "book.html");
        await seen(page.getByRole("heading", { level: 1 }));
        await hands.to("Mobile number");
        await hands.type(number);
        await hands.press("Enter");
        // The focus moves to the code by itself.
        await page.waitForFunction(() => (document.activeElement as HTMLInputElement | null)?.autocomplete === "one-time-code");
        await hands.type(await codeFor(number));
        await hands.press("Enter");
        await seen(page.getByRole("heading", { level: 1, name: "My appointments" }));
        await seen(page.getByLabel("Name"));
        await hands.to("Name");
        await hands.type("Asha Rao");
        await hands.to("Born");
        await hands.type("1984-02-29");
        await hands.press("Enter");
        await seen(page.getByRole("article", { name: "Asha Rao" }));
        await page.goto("about:blank");
        await open(page, `book.html#/find?pincode=${center.pincode}&date=${TOMORROW}`);
        await seen(page.getByRole("article", { name: center.name }));
        await hands.to(/^Choose a time/);
        await hands.press("Enter");
        await seen(page.getByRole("group", { name: "For whom" }));
        await page.waitForFunction(() => document.activeElement?.tagName === "H1");
        await hands.to("Dose 1");
        await hands.to(/^09:00/);
        await hands.press("ArrowDown");
        await hands.to("Asha Rao");
        await hands.press("Space");
        await hands.to("Book");
        await hands.press("Enter");
        const card = page.getByRole("article", { name: "Asha Rao" }).first();
        await seen(card.getByText("Confirmed"));
        await seen(card.getByText("11:00–13:00"));
        await hands.to("Cancel the appointment");
        await hands.press("Enter");
        await seen(page.getByRole("dialog", { name: "Cancel this appointment?" }));
        await hands.to("Cancel the appointment");
        await hands.press("Enter");
        await seen(page.getByText("The appointment is cancelled."));
        await seen(page.getByText("There is no appointment now."));
    });
});

test("a place is held, confirmed, printed and moved; every page of it can be used by everybody", async () => {
    const { center, session } = await place();
    await publish(center.center_id, 5, TOMORROW, ["14:00-16:00"]);
    await visit({}, async (page) => {
        await open(page, "book.html");
        await seen(page.getByLabel("Mobile number"));
        await accessible(page, "book-login");
        await ready(page, session.session_id);
        await pick(page, "09:00");
        await accessible(page, "book-session");
        await page.getByRole("button", { name: "Hold, and decide later" }).click();
        await seen(page.getByText(/^Confirm until/));
        await page.getByRole("button", { name: "Confirm", exact: true }).click();
        await seen(page.getByText("The appointment is confirmed."));
        await accessible(page, "book-home");
        await page.getByRole("link", { name: "Slip to bring" }).click();
        await seen(page.getByRole("img", { name: "QR code of the reference" }));
        assert.match(await page.locator(".reference").innerText(), /^[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$/);
        await accessible(page, "book-slip");
        await page.getByRole("link", { name: "Back" }).click();
        await page.getByRole("link", { name: "Move" }).click();
        await page.getByRole("radio", { name: "Pincode" }).check();
        await page.getByLabel("Pincode").last().fill(String(center.pincode));
        await seen(page.getByRole("article", { name: center.name }));
        await accessible(page, "book-move");
        await page.getByRole("link", { name: /^Choose a time/ }).last().click();
        await page.getByRole("radio", { name: /^(11|14):00/ }).first().check();
        await page.getByRole("button", { name: "Move to this time" }).click();
        await seen(page.getByRole("heading", { level: 1, name: "My appointments" }));
        await seen(page.getByText("Earlier appointments (1)"));
    });
});

test("a booking whose answer is lost is found again after a reload, and nobody is booked twice", async () => {
    const { session } = await place();
    await visit({}, async (page) => {
        await ready(page, session.session_id);
        await pick(page, "09:00");
        const sent: (string | undefined)[] = [];
        const path = /\/v1\/appointments$/;
        const lost = new Promise<void>((happened) => {
            void page.route(path, async (route) => {
                if (route.request().method() !== "POST") return route.continue();
                sent.push(route.request().headers()["idempotency-key"]);
                await route.fetch();
                await route.abort();
                return happened();
            });
        });
        await page.getByRole("button", { name: "Book", exact: true }).click();
        await lost;
        await page.goto("about:blank");
        await page.unrouteAll({ behavior: "ignoreErrors" });
        const second = page.waitForRequest((request) => request.method() === "POST" && path.test(request.url()));
        await open(page, "book.html#/");
        const again = await second;
        assert.ok(sent[0] !== undefined && sent.every((key) => key === sent[0]));
        assert.equal(again.headers()["idempotency-key"], sent[0]);
        await seen(page.getByRole("article", { name: "Asha Rao" }).first().getByText("Confirmed"));
        assert.equal(await page.getByText("Confirmed", { exact: true }).count(), 1);
        // The answer is known now: nothing is left to be sent.
        const more: string[] = [];
        page.on("request", (request) => request.method() === "POST" && path.test(request.url()) && more.push(request.url()));
        await page.reload();
        await seen(page.getByRole("article", { name: "Asha Rao" }).first().getByText("Confirmed"));
        assert.deepEqual(more, []);
    });
});

test("in the rush of an opening there is a ticket, and it ends as an appointment", async () => {
    const { session } = await place();
    await call("PUT", `/v1/admin/sessions/${session.session_id}/opening`, { opens_at: null, queue: "ON" }, token("admin"));
    await visit({}, async (page) => {
        await ready(page, session.session_id);
        await pick(page, "09:00");
        const accepted = page.waitForResponse((response) => response.status() === 202 && response.url().endsWith("/v1/appointments"));
        await page.getByRole("button", { name: "Book", exact: true }).click();
        await accepted;
        await seen(page.getByRole("heading", { level: 1, name: "In the queue" }));
        await seen(page.getByText("Booked."));
        await seen(page.getByText(session.center.name));
        await accessible(page, "book-ticket");
    });
});

test("what is refused is said in the person's language, with what helps", async () => {
    const { session } = await place(1);
    await visit({ locale: "hi-IN" }, async (page) => {
        await open(page, `book.html#/session/${session.session_id}`);
        const number = phone();
        await page.getByLabel("मोबाइल नंबर").fill(number);
        await page.getByRole("button", { name: "मुझे कोड भेजें" }).click();
        await page.getByLabel("कोड", { exact: true }).fill("000000");
        await page.getByRole("button", { name: "लॉग इन" }).click();
        await seen(page.getByRole("alert").getByText("कोड गलत है।"));
        await page.getByLabel("कोड", { exact: true }).fill(await codeFor(number));
        await page.getByRole("button", { name: "लॉग इन" }).click();
        await page.getByLabel("नाम").fill("आशा राव");
        await page.getByLabel("जन्म").fill("2015");
        await page.getByRole("button", { name: "व्यक्ति जोड़ें" }).click();
        await page.getByRole("radio", { name: /09:00/ }).check();
        await page.getByRole("checkbox", { name: "आशा राव" }).check();
        await page.getByRole("button", { name: "बुक करें", exact: true }).click();
        await seen(page.getByRole("alert").getByText("इस सत्र के लिए आयु कम है: यह 18 और अधिक के लिए है।"));
        await accessible(page, "book-refused-hi");
    });
});

test("one's data is saved as a file, and erased; the login ends with it", () =>
    visit({}, async (page) => {
        await open(page, "book.html");
        await logIn(page);
        await register(page, "Asha Rao");
        await seen(page.getByRole("article", { name: "Asha Rao" }));
        // The login survives a reload, by its refresh token alone.
        await page.reload();
        await seen(page.getByRole("article", { name: "Asha Rao" }));
        await page.getByRole("link", { name: "My data" }).click();
        const saved = page.waitForEvent("download");
        await page.getByRole("button", { name: "Save the file" }).click();
        assert.equal((await saved).suggestedFilename(), "vaxslot.json");
        await accessible(page, "book-account");
        await page.getByRole("button", { name: "Erase everything" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Erase everything" }).click();
        await seen(page.getByLabel("Mobile number"));
        const kept = await page.evaluate(() => [Object.keys(sessionStorage), Object.keys(localStorage)].flat());
        assert.deepEqual(kept.filter((name) => name !== "vaxslot.language"), []);
    }));
