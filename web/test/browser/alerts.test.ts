// Being told when a dose can be had.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { accessible, focused, keys, logIn, open, seen, visit } from "./browser.ts";
import { call, DISTRICT, place, stack, STATE, TOMORROW } from "./stack.ts";
import { webhook } from "./webhook.ts";

test("who finds no place is told when there is one: by keyboard alone from the search to the alert, and to its end", async () => {
    const { center } = await place();
    const address = `asha${randomInt(1e9)}@example.org`;
    await visit({}, async (page) => {
        const hands = keys(page);
        await open(page, `?pincode=${center.pincode}&date=${TOMORROW}&vaccine=COVAXIN&dose=2&age=45`);
        await seen(page.getByText("No session fits."));
        await hands.to("Tell me when there is a place");
        await hands.press("Enter");
        await logIn(page);
        await seen(page.getByRole("heading", { level: 1, name: "Alerts" }));
        await seen(page.getByText("There is no alert yet."));
        // What was searched for is there already.
        assert.equal(await page.getByLabel("Pincode").last().inputValue(), String(center.pincode));
        assert.equal(await page.getByLabel("Vaccine").inputValue(), "COVAXIN");
        await accessible(page, "book-alerts-none");
        await hands.to("E-mail address");
        await hands.type(address.replace("@", ""));
        await hands.press("Enter");
        await focused(page.getByLabel("E-mail address"));
        await seen(page.getByText("This is not an e-mail address."));
        await accessible(page, "book-alerts-fault");
        await page.getByLabel("E-mail address").fill(address);
        await hands.press("Enter");
        const card = page.getByRole("article", { name: `Pincode ${center.pincode}` });
        await seen(card.getByText("COVAXIN"));
        await seen(card.getByText("…@example.org"));
        assert.equal(await page.getByText(address).count(), 0);
        await focused(page.getByRole("heading", { name: "Your alerts" }));
        // The local endpoint asks nobody who is told by e-mail.
        await seen(page.getByRole("status").getByText("The alert counts from now on."));
        await seen(page.getByRole("status").getByText("Alerts: 1. Waiting for confirmation: 0."));
        // The same again, of which the API knows.
        await hands.to("E-mail address");
        await hands.type(address);
        await hands.press("Enter");
        await seen(page.getByText("This address has an alert already."));
        await focused(page.getByLabel("E-mail address"));
        await page.getByRole("heading", { name: "Your alerts" }).focus();
        await hands.to(/^End the alert/);
        await hands.press("Enter");
        await seen(page.getByRole("dialog", { name: `End the alert for Pincode ${center.pincode}?` }));
        await accessible(page, "book-alerts-end");
        await hands.to("End the alert");
        await hands.press("Enter");
        await seen(page.getByRole("status").getByText("The alert is ended."));
        await seen(page.getByText("There is no alert yet."));
        await focused(page.getByRole("heading", { name: "Your alerts" }));
    });
});

test("a webhook waits for its confirmation, and whoever comes back to the page sees that it was given", () =>
    visit({}, async (page) => {
        const hook = await webhook();
        const other = await webhook();
        await open(page, "book.html#/alerts");
        const listed = page.waitForRequest(/\/v1\/subscriptions$/);
        await logIn(page);
        const bearer = ((await listed).headers()["authorization"] ?? "").replace("Bearer ", "");
        await page.getByText("For developers: a webhook or a queue").click();
        const form = page.getByRole("form", { name: "For developers: a webhook or a queue" });
        // Refused by the API alone.
        await form.getByLabel("Address of the webhook").fill("https://10.0.0.1/slots");
        await form.getByRole("button", { name: "Tell me" }).click();
        await seen(form.getByText("This is not the address of a webhook"));
        await focused(form.getByLabel("Address of the webhook"));
        await form.getByLabel("State").selectOption({ label: "Maharashtra" });
        await form.getByLabel("District").last().selectOption({ label: "Pune" });
        await form.getByLabel("Address of the webhook").fill(hook.address);
        await form.getByRole("button", { name: "Tell me" }).click();
        await seen(page.getByRole("status").getByText("One more step"));
        const card = page.getByRole("article", { name: "Pune, Maharashtra" });
        await seen(card.getByText("Waits for confirmation"));
        await seen(page.getByRole("status").getByText("Alerts: 1. Waiting for confirmation: 1."));
        await accessible(page, "book-alerts-waiting");
        // With the token, here.
        await card.getByText("Token of the message").first().click();
        await card.getByRole("textbox", { name: /^Token of the message/ }).fill("a-guess");
        await card.getByRole("button", { name: "Confirm" }).click();
        await seen(card.getByRole("alert").getByText("That is not the token"));
        await card.getByRole("textbox", { name: /^Token of the message/ }).fill(await hook.token);
        await card.getByRole("button", { name: "Confirm" }).click();
        await seen(card.getByText("Confirmed", { exact: true }));
        // And elsewhere, while the page is not looked at.
        await form.getByRole("radio", { name: "Pincode" }).check();
        await form.getByLabel("Address of the webhook").fill(other.address);
        await form.getByRole("button", { name: "Tell me" }).click();
        const everywhere = page.getByRole("article", { name: "Everywhere" });
        await seen(everywhere.getByText("Waits for confirmation"));
        const { subscriptions } = await call<{ subscriptions: { subscription_id: string; status: string }[] }>("GET", "/v1/subscriptions", null, bearer);
        const waiting = subscriptions.find(({ status }) => status === "PENDING")?.subscription_id ?? "";
        await call("POST", `/v1/subscriptions/${waiting}/confirm`, { token: await other.token }, bearer);
        await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
        await seen(everywhere.getByText("Confirmed", { exact: true }));
        await seen(page.getByRole("status").getByText("Alerts: 2. Waiting for confirmation: 0."));
        // A district is known by name also where nobody has just chosen it.
        await page.reload();
        await seen(page.getByRole("article", { name: "Pune, Maharashtra" }));
        await accessible(page, "book-alerts");
        for (const { subscription_id } of subscriptions) await call("DELETE", `/v1/subscriptions/${subscription_id}`, null, bearer);
    }));

test("where somebody is to be told is named first, and an alert that was not confirmed by e-mail says what to do", () =>
    visit({}, async (page) => {
        // Nobody is asked by e-mail at the local endpoint, so the answers stand for SNS here.
        const alert = {
            subscription_id: "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10", protocol: "email", endpoint: "…@example.org",
            filter: { district_id: DISTRICT, dose: 1 }, status: "PENDING", made_at: "2026-11-21T10:00:00Z",
        };
        const gone = { ...alert, subscription_id: "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c11", filter: { district_id: 2_000_000_000 }, status: "GONE" };
        const headers = { "access-control-allow-origin": new URL(stack.pages).origin };
        await page.route(/\/v1\/subscriptions$/, (route) =>
            route.request().method() === "GET" ? route.fulfill({ json: { subscriptions: [alert, gone] }, headers }) : route.continue(),
        );
        await open(page, `book.html#/alerts?state=${STATE}`);
        await logIn(page);
        const form = page.getByRole("form", { name: "A new alert" });
        await seen(form.getByLabel("District").last());
        await form.getByRole("button", { name: "Tell me" }).click();
        await focused(form.getByLabel("District").last());
        await seen(form.getByText("Choose a state and a district."));
        const card = page.getByRole("article", { name: "Pune, Maharashtra" });
        await seen(card.getByText("Open the link in it within two days."));
        assert.equal(await card.getByText("Token of the message").count(), 0);
        await seen(page.getByRole("article", { name: "District 2000000000" }).getByText("Counts no more"));
        await card.getByRole("button", { name: /^End the alert/ }).click();
        await seen(page.getByRole("dialog").getByText("Do not open the link in the message any more"));
        await page.getByRole("button", { name: "No, leave it" }).click();
        await focused(card.getByRole("button", { name: /^End the alert/ }));
        await accessible(page, "book-alerts-states");
    }));
