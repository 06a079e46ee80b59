// Those who run a center: publish, change, take in, check in, import.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { dayIn, INDIA } from "../../src/lib/format.ts";
import { accessible, focused, keys, open, seen, visit } from "./browser.ts";
import { come } from "./come.ts";
import { DISTRICT, EARLIER, inFigures, place, publish, stack, TODAY, token } from "./stack.ts";

async function atCenter(page: Page, tab: string, center: number): Promise<void> {
    await page.getByRole("link", { name: tab }).click();
    await page.getByLabel("Number of the center").fill(String(center));
}

test("a session is published, closed, opened, enlarged, queued and cancelled", async () => {
    const { center } = await place();
    await visit({}, async (page) => {
        await open(page, "staff.html");
        await seen(page.getByLabel("Mobile number"));
        await accessible(page, "staff-login");
        await come(page, "staff.html", token("admin"));
        await atCenter(page, "Sessions", center.center_id);
        const form = page.getByRole("region", { name: "Publish a session" });
        await form.getByLabel("Hours").fill("10:00-12:00, 15:00-16:00");
        await form.getByLabel("Breaks").fill("");
        await form.getByLabel("Minutes of a slot").fill("60");
        await form.getByLabel("Vaccine").selectOption("COVAXIN");
        await form.getByRole("button", { name: "Publish" }).click();
        await seen(form.getByText(/^Published: .*slots: 3\.$/));
        const card = page.getByRole("article", { name: /COVAXIN/ });
        await seen(card);
        await accessible(page, "staff-sessions");
        await card.getByRole("button", { name: "Close" }).click();
        await seen(card.getByText("Closed", { exact: true }));
        await card.getByRole("button", { name: "Open again" }).click();
        await seen(card.getByText("Open", { exact: true }));
        await card.getByText("Capacity", { exact: true }).first().click();
        await card.getByLabel("Capacity").fill("40");
        await card.getByRole("button", { name: "Save" }).first().click();
        await seen(card.getByRole("cell", { name: "40" }));
        await card.getByText("Opening and queue").click();
        await card.getByLabel("Queue").selectOption("ON");
        await card.getByRole("button", { name: "Save" }).last().click();
        await seen(card.getByText("Queue on").first());
        await card.getByRole("button", { name: "Cancel the session" }).click();
        await seen(page.getByRole("dialog", { name: "Cancel this session for good?" }));
        await accessible(page, "staff-cancel");
        await page.getByRole("dialog").getByRole("button", { name: "Cancel the session" }).click();
        await seen(card.getByText("Cancelled", { exact: true }));
    });
});

test("at the desk somebody without an appointment is taken in, found by the reference, and vaccinated", async () => {
    // A slot under way and one to come, whenever this runs.
    const { center } = await place(20, { opens: "00:00", closes: "23:59", time_zone: EARLIER });
    await publish(center.center_id, 5, TODAY, ["00:00-10:00", "10:00-20:00", "20:00-23:55"]);
    await visit({}, async (page) => {
        await come(page, "staff.html", token("admin"));
        await atCenter(page, "Desk", center.center_id);
        const form = page.getByRole("region", { name: "Without an appointment" });
        await form.getByLabel("Time").selectOption({ index: new Date().toLocaleTimeString("en-GB", { timeZone: EARLIER }) < "09:59" ? 0 : 1 });
        await form.getByLabel("Name").fill("Meena Patil");
        await form.getByLabel("Born").fill("1961");
        await form.getByRole("button", { name: "Take in" }).click();
        await seen(form.getByText(/^The place is taken/));
        const reference = /reference (\S+)\.$/.exec(await form.getByText(/^The place is taken/).innerText())?.[1] ?? "";
        // One wrong character is noticed.
        await page.getByLabel("Reference").fill(reference.replace(/.$/, (last) => (last === "0" ? "1" : "0")));
        await page.getByRole("button", { name: "Find the appointment" }).click();
        await seen(page.getByRole("alert").getByText("This reference has a mistake"));
        await accessible(page, "staff-desk-refused");
        await page.getByLabel("Reference").fill(reference.toLowerCase().replaceAll("-", ""));
        await page.getByRole("button", { name: "Find the appointment" }).click();
        await seen(page.getByRole("heading", { name: "Meena Patil" }));
        await accessible(page, "staff-desk");
        await page.getByRole("button", { name: "Vaccinated" }).click();
        await seen(page.getByText("Meena Patil: Vaccinated."));
        assert.equal(await page.getByRole("button", { name: "Did not come" }).count(), 0);
    });
});

test("a file with mistakes names each line, and a good one is imported", async () => {
    const { center } = await place();
    const header = "center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3";
    const row = (date: string) => `${center.center_id},${date},COVISHIELD,18,,0,14:00-16:00,10,,`;
    const soon = dayIn(INDIA, new Date(Date.now() + 3 * 86_400_000));
    const file = (text: string) => ({ name: "sessions.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await visit({}, async (page) => {
        await come(page, "staff.html", token("admin"));
        await page.getByRole("link", { name: "Import" }).click();
        await page.getByLabel("CSV file").setInputFiles(file(`${header}\n${row(soon)}\n${row("soon")}\n`));
        await page.getByRole("button", { name: "Import" }).click();
        await seen(page.getByRole("row", { name: /^3 date/ }));
        await accessible(page, "staff-import");
        await page.getByLabel("CSV file").setInputFiles(file(`${header}\n${row(soon)}\n`));
        await page.getByRole("button", { name: "Import" }).click();
        await seen(page.getByText("Rows imported: 1."));
    });
});

test("a center is registered and changed", async () => {
    await visit({}, async (page) => {
        await come(page, "staff.html", token("admin"));
        await page.getByRole("link", { name: "Centers" }).click();
        const form = page.getByRole("form", { name: "Register a center" });
        await form.getByLabel("State").selectOption({ label: "Maharashtra" });
        await form.getByLabel("District").selectOption({ label: "Pune" });
        await form.getByLabel("Name").fill("Kothrud Test Hall");
        await form.getByLabel("Address").fill("2 Test Road");
        await form.getByLabel("Pincode").fill("411038");
        await form.getByRole("button", { name: "Register a center" }).click();
        const told = page.getByText(/^Kothrud Test Hall is registered/);
        await seen(told);
        const number = /number (\d+)\./.exec((await told.innerText()).replaceAll(",", ""))?.[1] ?? "";
        await page.getByLabel("Number of the center").fill(number);
        await page.getByRole("button", { name: "Show" }).click();
        const change = page.getByRole("form", { name: "Kothrud Test Hall" });
        await change.getByLabel("Name").fill("Kothrud Hall");
        await change.getByRole("button", { name: "Save" }).click();
        await seen(page.getByText("Kothrud Hall is changed."));
        await accessible(page, "staff-centers");
    });
});

test("who runs centers begins with them, and goes on to the sessions of one", async () => {
    const [first, second] = await Promise.all([place(), place()]);
    const bearer = token("operator", { centers: [first.center.center_id, second.center.center_id] });
    await visit({}, async (page) => {
        await come(page, "staff.html", bearer);
        await seen(page.getByRole("heading", { level: 1, name: "My centers" }));
        await seen(page.getByRole("status").getByText("Centers: 2"));
        for (const { center } of [first, second]) await seen(page.getByRole("article", { name: center.name }).getByText(String(center.center_id)));
        await accessible(page, "staff-mine");
        const hands = keys(page);
        await hands.to(`Sessions ${second.center.name}`);
        await hands.press("Enter");
        await focused(page.getByRole("heading", { level: 1, name: "Sessions" }));
        const center = page.getByLabel("Number of the center");
        assert.equal(await center.inputValue(), String(second.center.center_id));
        await seen(page.getByRole("article", { name: /COVISHIELD/ }));
        // By name, where there are several.
        await center.selectOption({ label: `${first.center.center_id} ${first.center.name}` });
        await page.getByRole("link", { name: "My centers" }).click();
        await page.getByRole("link", { name: `Desk ${second.center.name}` }).click();
        await seen(page.getByRole("heading", { level: 1, name: "Desk" }));
        assert.equal(await center.inputValue(), String(second.center.center_id));
    });
});

test("who sees to a district begins with its centers of the day, and who sees to more with the desk", async () => {
    const { center } = await place(20, { closes: "23:59", time_zone: EARLIER });
    await publish(center.center_id, 5, TODAY, ["20:00-23:55"]);
    await inFigures(center.center_id);
    await visit({}, async (page) => {
        await come(page, "staff.html", token("admin", { district_id: DISTRICT }));
        await seen(page.getByText("Centers of your district that have sessions today."));
        await seen(page.getByRole("article", { name: center.name }).getByText("0 / 10"));
        await accessible(page, "staff-mine-district");
        await come(page, "staff.html", token("admin"));
        await seen(page.getByRole("heading", { level: 1, name: "Desk" }));
        assert.equal(await page.getByRole("link", { name: "My centers" }).count(), 0);
    });
});

test("staff who logged in by phone are known again after a reload", () =>
    visit({}, async (page) => {
        const { center } = await place();
        // Whoever was granted a role has a token of it at each renewal; the answer stands for that here.
        const bearer = token("operator", { centers: [center.center_id] });
        const answer = { access_token: bearer, token_type: "Bearer", expires_in: 900, refresh_token: "next" };
        const headers = { "access-control-allow-origin": new URL(stack.pages).origin, "access-control-allow-headers": "content-type" };
        await page.route(/\/v1\/auth\/refresh$/, (route) => route.fulfill({ json: answer, headers }));
        await open(page, "staff.html");
        await page.evaluate(() => sessionStorage.setItem("vaxslot.refresh", "first"));
        await page.reload();
        await seen(page.getByRole("heading", { level: 1, name: "My centers" }));
        await seen(page.getByRole("article", { name: center.name }));
    }));

test("who may not is told so, and a word that is no token is not sent", () =>
    visit({}, async (page) => {
        await come(page, "staff.html", "nonsense");
        await seen(page.getByRole("alert").getByText("This is not an access token."));
        await page.getByRole("textbox", { name: "I have an access token" }).fill(token("analyst"));
        await page.getByRole("button", { name: "Use it" }).click();
        await atCenter(page, "Desk", 13274);
        await page.getByLabel("Reference").fill("FJD3R-MGB3S-A");
        await page.getByRole("button", { name: "Find the appointment" }).click();
        await seen(page.getByRole("alert").getByText("You may not do this."));
        await page.getByRole("button", { name: "Log out" }).click();
        await seen(page.getByLabel("Mobile number"));
    }));
