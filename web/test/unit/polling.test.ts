import assert from "node:assert/strict";
import { test } from "node:test";
import { type Look, next, poll, type Surroundings } from "../../src/lib/polling.ts";

const PACE = { fastest: 4, slowest: 20 };

test("unchanged answers slow it down, up to a limit, and a change makes it quick again", () => {
    let row = 0;
    const waits = Array.from({ length: 12 }, () => {
        const then = next(PACE, "unchanged", row, 0);
        row = then.row;
        return then.wait;
    });
    assert.equal(waits[0], 5);
    assert.ok(waits.every((wait, index) => wait >= (waits[index - 1] ?? 0)));
    assert.equal(waits.at(-1), 20);
    assert.deepEqual(next(PACE, "changed", row, 0), { wait: 4, row: 0 });
});

test("failures back off twofold, never sooner than Retry-After says, and at most two minutes by themselves", () => {
    const failed = { failed: true, retryAfter: null } as const;
    let row = 3;
    const waits = Array.from({ length: 8 }, () => {
        const then = next(PACE, failed, row, 0);
        row = then.row;
        return then.wait;
    });
    assert.deepEqual(waits.slice(0, 4), [8, 16, 32, 64]);
    assert.equal(waits.at(-1), 120);
    assert.equal(next(PACE, { failed: true, retryAfter: 300 }, -1, 0.9).wait, 300);
    assert.equal(next(PACE, { failed: true, retryAfter: 1 }, 0, 0).wait, 8);
    assert.equal(next(PACE, "unchanged", row, 0).row, 1);
});

test("pages that were opened together do not ask together", () => {
    const waits = [0, 0.25, 0.5, 0.99].map((chance) => next(PACE, "changed", 0, chance).wait);
    assert.equal(new Set(waits).size, 4);
    assert.ok(waits.every((wait) => wait >= 4 && wait < 4.8));
});

class Stage implements Surroundings {
    private shown = true;
    private changed = () => {};
    readonly timers = new Map<() => void, number>();
    later(run: () => void, seconds: number) {
        this.timers.set(run, seconds);
        return () => void this.timers.delete(run);
    }
    hidden = () => !this.shown;
    onChange(run: () => void) {
        this.changed = run;
        return () => (this.changed = () => {});
    }
    chance = () => 0;
    show(shown: boolean) {
        this.shown = shown;
        this.changed();
    }
    comeBack = () => this.changed();
    fire() {
        const [run] = this.timers.keys();
        if (!run) throw new Error("nothing is due");
        this.timers.delete(run);
        run();
    }
}

const settled = () => new Promise((wake) => setImmediate(wake));

function watched(answers: Look[]) {
    const stage = new Stage();
    let looks = 0;
    const stop = poll(async () => answers[looks++] ?? "unchanged", PACE, stage);
    return { stage, stop, looks: () => looks };
}

test("nobody is asked while nobody looks, and at once when somebody does again", async () => {
    const { stage, looks } = watched(["changed"]);
    await settled();
    assert.deepEqual([looks(), [...stage.timers.values()]], [1, [4]]);
    stage.show(false);
    assert.equal(stage.timers.size, 0);
    stage.show(true);
    await settled();
    assert.equal(looks(), 2);
    assert.equal(stage.timers.size, 1);
});

test("an answer that comes while nobody looks leads to no other question until somebody does", async () => {
    const { stage, looks } = watched(["changed"]);
    stage.show(false);
    await settled();
    assert.deepEqual([looks(), stage.timers.size], [1, 0]);
    stage.show(true);
    await settled();
    assert.equal(looks(), 2);
});

test("after failures the line that comes back is tried at once; a page that works is left alone", async () => {
    const { stage, looks } = watched([{ failed: true, retryAfter: 60 }, "changed"]);
    await settled();
    assert.deepEqual([...stage.timers.values()], [60]);
    stage.comeBack();
    await settled();
    assert.equal(looks(), 2);
    stage.comeBack();
    await settled();
    assert.equal(looks(), 2);
});

test("what was stopped stays silent, also when an answer comes late", async () => {
    const { stage, stop, looks } = watched([]);
    stop();
    await settled();
    stage.show(true);
    await settled();
    assert.deepEqual([looks(), stage.timers.size], [1, 0]);
});
