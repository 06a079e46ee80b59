// What everybody sees: free places, which change by themselves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, keys, open, seen, visit } from "./browser.ts";
import { call, citizen, DISTRICT, place, stack, STATE, TOMORROW } from "./stack.ts";

test("a district is chosen, centers are listed, and the address can be shared", () =>
    visit({}, async (page) => {
        await open(page, "");
        await seen(page.getByRole("heading", { level: 1, name: "Free places for vaccination" }));
        await accessible(page, "availability-start");
        await page.getByLabel("State").selectOption({ label: "Maharashtra" });
        await page.getByLabel("District").last().selectOption({ label: "Pune" });
        await seen(page.getByRole("article"));
        assert.match(page.url(), new RegExp(`state=${STATE}&district=${DISTRICT}&date=`));
        const shared = page.url();
        await page.goto("about:blank");
        await page.goto(shared);
        await seen(page.getByRole("article"));
    }));

test("a count changes by itself after somebody else has booked, and what has not changed is not sent again", async () => {
    const [{ center, session }, { bearer, person }] = await Promise.all([place(7), citizen()]);
    await visit({}, async (page) => {
        const wire = await page.context().newCDPSession(page);
        await wire.send("Network.enable");
        const statuses: number[] = [];
        const searches = new Set<string>();
        wire.on("Network.requestWillBeSent", ({ requestId, request }) => {
            if (request.url.includes("/v1/sessions?")) searches.add(requestId);
        });
        wire.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode }) => {
            if (searches.has(requestId)) statuses.push(statusCode);
        });
        await open(page, `?pincode=${center.pincode}&date=${TOMORROW}&dose=1`);
        const card = page.getByRole("article", { name: center.name });
        await seen(card.locator(".doses .count", { hasText: /^14$/ }));
        await page.waitForResponse((response) => response.url().includes("/v1/sessions?"));
        await call("POST", "/v1/appointments", { session_id: session.session_id, slot: "09:00-11:00", dose: 1, beneficiaries: [person] }, bearer);
        await seen(card.locator(".doses .count.flash", { hasText: /^13$/ }));
        assert.ok(statuses.includes(304), `the searches were answered with ${statuses.join(", ")}`);
        await accessible(page, "availability");
    });
});

test("filters narrow the list, by keyboard alone", async () => {
    const { center } = await place();
    await visit({}, async (page) => {
        const hands = keys(page);
        await open(page, `?date=${TOMORROW}`);
        await seen(page.getByRole("heading", { level: 1 }));
        await hands.to("Skip to the content");
        await hands.press("Enter");
        await hands.to("District");
        await hands.press("ArrowRight");
        await hands.to(/^Pincode/);
        await hands.type(String(center.pincode));
        await seen(page.getByRole("article", { name: center.name }));
        await hands.to(/^More:/);
        await hands.press("Enter");
        await hands.to("Age");
        await hands.type("17");
        await seen(page.getByText("No session fits."));
        assert.match(page.url(), /age=17/);
    });
});

test("every language shows the whole page, and the choice is kept", () =>
    visit({ locale: "ta-IN" }, async (page) => {
        await open(page, `?state=${STATE}&district=${DISTRICT}`);
        await seen(page.getByRole("heading", { level: 1, name: "தடுப்பூசிக்கான காலி இடங்கள்" }));
        for (const [language, title] of [["hi", "टीकाकरण के खाली स्थान"], ["mr", "लसीकरणाच्या मोकळ्या जागा"], ["en", "Free places for vaccination"], ["hi", "टीकाकरण के खाली स्थान"]] as const) {
            await page.locator("header select").selectOption(language);
            await seen(page.getByRole("heading", { level: 1, name: title }));
            await page.locator(`html[lang="${language}"]`).waitFor();
        }
        await page.reload();
        await seen(page.getByRole("heading", { level: 1, name: "टीकाकरण के खाली स्थान" }));
        await seen(page.getByRole("article"));
    }));

test("a service that is busy is waited for as it says, and the last counts stay", () =>
    visit({}, async (page) => {
        let refusals = 0;
        await page.route(/\/v1\/sessions\?/, async (route) => {
            if (++refusals !== 1) return route.continue();
            const problem = { type: "urn:vaxslot:problem:busy", title: "", status: 503, detail: "" };
            const headers = { "retry-after": "1", "access-control-allow-origin": new URL(stack.pages).origin, "access-control-expose-headers": "retry-after" };
            return route.fulfill({ status: 503, contentType: "application/problem+json", headers, body: JSON.stringify(problem) });
        });
        await open(page, `?state=${STATE}&district=${DISTRICT}`);
        await seen(page.getByRole("alert").getByText("Very many are here right now."));
        assert.match(await page.getByRole("alert").innerText(), /Try again in 1 seconds/);
        await page.getByRole("button", { name: "Try again" }).click();
        await seen(page.getByRole("article"));
        assert.equal(await page.getByRole("alert").count(), 0);
    }));
