// What does not fit is said at its field, and the first such field takes the focus.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Key } from "../lib/i18n.ts";
import { useApp } from "./app.tsx";

/** The words of what does not fit, by the name of the field. */
export type Faults<Name extends string> = { readonly [N in Name]?: Key };

export function useFaults<Name extends string>() {
    const { t } = useApp();
    const form = useRef<HTMLFormElement>(null);
    const [{ faults, told }, set] = useState<{ faults: Faults<Name>; told: number }>({ faults: {} as Faults<Name>, told: 0 });
    useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [told]);
    return {
        form,
        at(name: Name): string | undefined {
            const key: Key | undefined = faults[name];
            return key && t(key);
        },
        /** Returns whether there are none. */
        tell(found: Faults<Name>): boolean {
            set((before) => ({ faults: found, told: before.told + 1 }));
            return Object.keys(found).length === 0;
        },
        /** What has been changed since is looked at when it is sent. */
        forget(names: readonly string[]): void {
            const left = (all: Faults<Name>) => Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name))) as Faults<Name>;
            set((before) => ({ ...before, faults: left(before.faults) }));
        },
    };
}
