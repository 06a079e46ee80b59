// From what a clock shows to the moment it shows it.

/** The moment when the clocks of a zone show `YYYY-MM-DDTHH:MM`. Where they show it twice, the first; where never, the one after. */
export function instantIn(zone: string, local: string): string {
    const shown = Date.parse(`${local}:00Z`);
    // The offset at about that time, and then at the moment that it leads to.
    const first = shown - offsetAt(zone, shown);
    return new Date(shown - offsetAt(zone, first)).toISOString().replace(".000Z", "Z");
}

/** What the clocks of a zone show at a moment, as `YYYY-MM-DDTHH:MM`. */
export function localIn(zone: string, instant: string): string {
    const moment = Date.parse(instant);
    return new Date(moment + offsetAt(zone, moment)).toISOString().slice(0, 16);
}

/** By how many milliseconds the clocks are ahead of UTC. */
function offsetAt(zone: string, moment: number): number {
    const format = new Intl.DateTimeFormat("en-US", {
        timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
    const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}
