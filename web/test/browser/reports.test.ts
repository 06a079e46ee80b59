// Those who watch: figures of a day, down to appointments, and what staff did.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, open, seen, visit } from "./browser.ts";
import { come } from "./come.ts";
import { call, caughtUp, citizen, place, TODAY, token, TOMORROW } from "./stack.ts";

test("every number leads down to what it is the sum of, and changes by itself", async () => {
    const [{ center, session }, first, second] = await Promise.all([place(10), citizen(), citizen()]);
    const book = ({ bearer, person }: typeof first) =>
        call("POST", "/v1/appointments", { session_id: session.session_id, slot: "09:00-11:00", dose: 1, beneficiaries: [person] }, bearer);
    await book(first);
    await caughtUp(center.center_id, 2);
    await visit({}, async (page) => {
        await open(page, "reports.html");
        await seen(page.getByLabel("Mobile number"));
        await accessible(page, "reports-login");
        await come(page, "reports.html", token("admin"));
        await page.getByLabel("Day", { exact: true }).fill(TOMORROW);
        await seen(page.getByRole("img", { name: /^Columns of places/ }));
        await seen(page.getByRole("link", { name: "Maharashtra" }));
        await accessible(page, "reports-country");
        await page.getByRole("link", { name: "Maharashtra" }).click();
        await page.getByRole("row").getByRole("link", { name: "Pune" }).click();
        await page.getByRole("link", { name: center.name }).click();
        const row = page.getByRole("row", { name: /^COVISHIELD/ });
        await seen(row);
        await seen(row.getByRole("cell", { name: "1", exact: true }));
        await book(second);
        await seen(row.getByRole("cell", { name: "2", exact: true }));
        await accessible(page, "reports-center");
        const saved = page.waitForEvent("download");
        await page.getByRole("button", { name: "Save as CSV" }).click();
        assert.equal((await saved).suggestedFilename(), `bookings-${TOMORROW}.csv`);
        const workbook = page.waitForEvent("download");
        await page.getByRole("button", { name: "Save for a spreadsheet" }).click();
        assert.equal((await workbook).suggestedFilename(), `bookings-${TOMORROW}.xlsx`);
        await page.getByText("By vaccine, dose, age and price").click();
        await seen(page.getByRole("table", { name: "Age" }).getByRole("row", { name: /^18\+ 2 / }));
        // Both were booked today, for tomorrow.
        await page.getByRole("radio", { name: "Day of booking" }).check();
        await page.getByLabel("Day", { exact: true }).fill(TODAY);
        await seen(page.getByRole("definition").getByText("2", { exact: true }));
        await accessible(page, "reports-booking-day");
        await page.getByRole("radio", { name: "Day of the appointment" }).check();
        await page.getByLabel("Day", { exact: true }).fill(TOMORROW);
        await seen(row.getByRole("cell", { name: "2", exact: true }));
        await page.getByRole("link", { name: "COVISHIELD" }).click();
        await seen(page.getByRole("row", { name: /Confirmed/ }).nth(1));
        await accessible(page, "reports-session");
        await page.getByRole("navigation", { name: "Where you are" }).getByRole("link", { name: "Maharashtra" }).click();
        await seen(page.getByRole("row").getByRole("link", { name: "Pune" }));
    });
});

test("the trail of a center says who changed what", async () => {
    const { center, session } = await place();
    await call("POST", `/v1/admin/sessions/${session.session_id}/close`, null, token("admin"));
    await caughtUp(center.center_id, 3);
    await visit({}, async (page) => {
        await come(page, "reports.html", token("admin"));
        await page.getByRole("link", { name: "What staff did" }).click();
        await page.getByLabel("Number of the center").fill(String(center.center_id));
        await page.getByRole("button", { name: "Show" }).click();
        await seen(page.getByText("Session closed"));
        await seen(page.getByText("Session published"));
        await accessible(page, "reports-trail");
    });
});
