// How somebody wants to be told what happens to their appointments.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { accessible, focused, keys, logIn, open, seen, visit } from "./browser.ts";
import { codeFor, phone, stack } from "./stack.ts";

const PREFERENCES = /\/v1\/account\/preferences$/;

async function atMessages(page: Page): Promise<void> {
    await open(page, "book.html#/messages");
    await logIn(page);
    await seen(page.getByRole("heading", { level: 1, name: "Messages" }));
    await seen(page.getByLabel("Language of messages"));
}

test("by keyboard alone it is said how to be told, what does not fit is said at its field, and what was saved is there again", () =>
    visit({}, async (page) => {
        const hands = keys(page);
        await open(page, "book.html");
        await logIn(page);
        await seen(page.getByRole("heading", { level: 1, name: "My appointments" }));
        await hands.to("Messages");
        await hands.press("Enter");
        await page.waitForFunction(() => document.activeElement?.tagName === "H1" && document.activeElement.textContent === "Messages");
        await seen(page.getByLabel("Language of messages"));
        await accessible(page, "book-messages");
        await hands.to("Text message (SMS)");
        await hands.press("Space");
        await hands.to("Quiet hours");
        await hands.press("Space");
        await hands.to("Quiet until");
        // By the clock of twelve hours, as this locale has it.
        await hands.type("0930p");
        const sent: string[] = [];
        page.on("request", (request) => request.method() === "PUT" && PREFERENCES.test(request.url()) && sent.push(request.url()));
        await hands.press("Enter");
        // Of two that do not fit, the first.
        await focused(page.getByLabel("Text message (SMS)"));
        await seen(page.getByText("Choose at least one way."));
        await seen(page.getByText("Two times, from one minute to 14 hours apart."));
        await hands.to("E-mail");
        await hands.press("Space");
        assert.equal(await page.getByText("Choose at least one way.").count(), 0);
        await hands.to("E-mail address");
        await hands.type("asha@example");
        await hands.press("Enter");
        await focused(page.getByLabel("E-mail address"));
        await seen(page.getByText("This is not an e-mail address."));
        assert.match((await page.getByLabel("E-mail address").getAttribute("aria-describedby")) ?? "", /-fault/);
        await accessible(page, "book-messages-faults");
        await hands.press("End");
        await hands.type(".org");
        await hands.to("Quiet until");
        await hands.type("0645a");
        assert.deepEqual(sent, []);
        await hands.press("Enter");
        await seen(page.getByRole("status").getByText("Saved. Language: English. How: E-mail. Quiet hours: 21:30–06:45."));
        await accessible(page, "book-messages-saved");
        await page.reload();
        await seen(page.getByLabel("E-mail address"));
        assert.equal(await page.getByLabel("E-mail address").inputValue(), "asha@example.org");
        assert.equal(await page.getByLabel("Quiet until").inputValue(), "06:45");
        assert.equal(await page.getByLabel("Text message (SMS)").isChecked(), false);
    }));

test("the language that the page is read in is offered for messages, and none at all can be chosen", () =>
    visit({ locale: "hi-IN" }, async (page) => {
        const number = phone();
        await open(page, "book.html#/messages");
        await page.getByLabel("मोबाइल नंबर").fill(number);
        await page.getByRole("button", { name: "मुझे कोड भेजें" }).click();
        await page.getByLabel("कोड", { exact: true }).fill(await codeFor(number));
        await page.getByRole("button", { name: "लॉग इन" }).click();
        const language = page.getByLabel("संदेशों की भाषा");
        await seen(language);
        assert.equal(await language.inputValue(), "en");
        await page.getByRole("button", { name: "इस पृष्ठ की भाषा लें: हिन्दी" }).click();
        assert.equal(await language.inputValue(), "hi");
        await page.getByRole("button", { name: "सहेजें" }).click();
        await seen(page.getByRole("status").getByText("सहेजा गया। भाषा: हिन्दी। कैसे: एसएमएस। शांत समय: कोई नहीं।"));
        await page.getByLabel("मुझे अपॉइंटमेंट के संदेश भेजें").uncheck();
        assert.equal(await language.count(), 0);
        await page.getByRole("button", { name: "सहेजें" }).click();
        await seen(page.getByRole("status").getByText("सहेजा गया। अपॉइंटमेंट के संदेश नहीं आएँगे।"));
        await accessible(page, "book-messages-none-hi");
        await page.reload();
        const told = page.getByLabel("मुझे अपॉइंटमेंट के संदेश भेजें");
        await seen(told);
        assert.equal(await told.isChecked(), false);
        // Whoever wants some again finds what was said before.
        await told.check();
        assert.equal(await language.inputValue(), "hi");
    }));

test("what only the API refuses is said at its field, too", () =>
    visit({}, async (page) => {
        await atMessages(page);
        const headers = { "access-control-allow-origin": new URL(stack.pages).origin };
        const problem = { type: "urn:vaxslot:problem:invalid-body", title: "", status: 422, detail: "", pointer: "/email" };
        await page.route(PREFERENCES, (route) =>
            route.request().method() === "PUT"
                ? route.fulfill({ status: 422, contentType: "application/problem+json", headers, body: JSON.stringify(problem) })
                : route.continue(),
        );
        await page.getByLabel("E-mail", { exact: true }).check();
        await page.getByLabel("E-mail address").fill("asha@example.org");
        await page.getByRole("button", { name: "Save" }).click();
        await seen(page.getByText("This is not an e-mail address."));
        await focused(page.getByLabel("E-mail address"));
        assert.equal(await page.getByRole("alert").count(), 0);
    }));

test("a view that did not come over a bad line is asked for again", () =>
    visit({}, async (page) => {
        await page.route(/\/assets\/messages-.*\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body: "throw new Error('cut off')" }), { times: 1 });
        await open(page, "book.html#/messages");
        await logIn(page);
        await seen(page.getByRole("alert").getByText("No connection."));
        await page.getByRole("button", { name: "Try again" }).click();
        await seen(page.getByLabel("Language of messages"));
    }));
