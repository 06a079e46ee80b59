// Fields and buttons, each with its label.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Refusal } from "../lib/problem.ts";
import { useApp } from "./app.tsx";

interface FieldProps {
    label: string;
    hint?: string;
    value: string | number;
    onText: (text: string) => void;
    /** What does not fit, if something does not. */
    fault?: string | undefined;
    type?: "text" | "tel" | "number" | "date" | "time" | "datetime-local" | "email" | "url";
    inputMode?: "numeric" | "tel" | "decimal" | "text" | "email" | "url";
    autocomplete?: "postal-code" | "tel" | "one-time-code" | "name" | "off" | "bday" | "email";
    autocapitalize?: "characters";
    maxLength?: number;
    min?: number | string;
    max?: number | string;
    step?: string;
    required?: boolean;
    pattern?: string;
    "aria-invalid"?: "true" | undefined;
}

export function Field({ label, hint, fault, onText, ...input }: FieldProps) {
    const id = useId();
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <input
                {...(fault ? { "aria-invalid": "true" } : {})}
                {...(input as object)}
                id={id}
                aria-describedby={described(id, hint, fault)}
                onInput={(event) => onText(event.currentTarget.value)}
            />
            <Notes id={id} hint={hint} fault={fault} />
        </div>
    );
}

interface ChoiceProps {
    label: string;
    value: string;
    options: readonly { value: string; text: string }[];
    /** What stands for no choice, if that is one. */
    none?: string;
    hint?: string;
    fault?: string | undefined;
    required?: boolean;
    onPick: (value: string) => void;
}

export function Choice({ label, value, options, none, hint, fault, required, onPick }: ChoiceProps) {
    const id = useId();
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <select
                id={id}
                value={value}
                required={required}
                aria-invalid={fault ? "true" : undefined}
                aria-describedby={described(id, hint, fault)}
                onChange={(event) => onPick(event.currentTarget.value)}
            >
                {none !== undefined && <option value="">{none}</option>}
                {options.map((option) => (
                    <option key={option.value} value={option.value}>
                        {option.text}
                    </option>
                ))}
            </select>
            <Notes id={id} hint={hint} fault={fault} />
        </div>
    );
}

/** What stands below a field, and describes it. */
function Notes({ id, hint, fault }: { id: string; hint?: string | undefined; fault?: string | undefined }) {
    return (
        <>
            {hint && (
                <p class="hint" id={`${id}-hint`}>
                    {hint}
                </p>
            )}
            {fault && (
                <p class="fault" id={`${id}-fault`}>
                    {fault}
                </p>
            )}
        </>
    );
}

function described(id: string, hint: string | undefined, fault: string | undefined): string | undefined {
    return [fault ? `${id}-fault` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ") || undefined;
}

export function Check({ label, checked, onCheck, disabled }: { label: ComponentChildren; checked: boolean; onCheck: (on: boolean) => void; disabled?: boolean }) {
    return (
        <label class="check">
            <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onCheck(event.currentTarget.checked)} />
            <span>{label}</span>
        </label>
    );
}

interface ChecksProps<Value extends string> {
    legend: string;
    hint?: string;
    fault?: string | undefined;
    options: readonly { value: Value; text: string }[];
    chosen: readonly Value[];
    onChosen: (chosen: Value[]) => void;
}

/** Any number of a few. */
export function Checks<Value extends string>({ legend, hint, fault, options, chosen, onChosen }: ChecksProps<Value>) {
    const id = useId();
    const turn = (value: Value, on: boolean) =>
        onChosen(options.map((option) => option.value).filter((known) => (known === value ? on : chosen.includes(known))));
    return (
        <fieldset>
            <legend>{legend}</legend>
            {options.map(({ value, text }) => (
                <label key={value} class="check">
                    <input
                        type="checkbox"
                        checked={chosen.includes(value)}
                        aria-invalid={fault ? "true" : undefined}
                        aria-describedby={described(id, hint, fault)}
                        onChange={(event) => turn(value, event.currentTarget.checked)}
                    />
                    <span>{text}</span>
                </label>
            ))}
            <Notes id={id} hint={hint} fault={fault} />
        </fieldset>
    );
}

interface Picks {
    legend: string;
    name: string;
    value: string;
    options: readonly { value: string; text: ComponentChildren; disabled?: boolean }[];
    onPick: (value: string) => void;
}

/** One of a few, all of which are seen. */
export function Picks({ legend, name, value, options, onPick }: Picks) {
    return (
        <fieldset class="picks">
            <legend>{legend}</legend>
            {options.map((option) => (
                <label key={option.value} class="pick">
                    <input
                        type="radio"
                        name={name}
                        value={option.value}
                        checked={option.value === value}
                        disabled={option.disabled}
                        onChange={() => onPick(option.value)}
                    />
                    <span>{option.text}</span>
                </label>
            ))}
        </fieldset>
    );
}

/** Runs one thing at a time, and keeps what was refused. */
export function useDoing() {
    const [busy, setBusy] = useState(false);
    const [refusal, setRefusal] = useState<Refusal | null>(null);
    const running = useRef(false);
    async function run(what: () => Promise<void>): Promise<void> {
        if (running.current) return;
        running.current = true;
        setBusy(true);
        setRefusal(null);
        try {
            await what();
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            setRefusal(error);
        } finally {
            running.current = false;
            setBusy(false);
        }
    }
    return { busy, refusal, run };
}

export function Submit({ busy, children, disabled }: { busy: boolean; children: ComponentChildren; disabled?: boolean }) {
    const { t } = useApp();
    return (
        <button type="submit" class="main" aria-disabled={busy || disabled ? "true" : undefined} disabled={disabled}>
            {busy ? t("working") : children}
        </button>
    );
}

/** Good news, read out when there is time. */
export function Told({ children }: { children: ComponentChildren }) {
    return (
        <div role="status" class={children ? "notice good" : "unseen"}>
            {children}
        </div>
    );
}

interface AskProps {
    question: string;
    detail?: string;
    yes: string;
    busy: boolean;
    onYes: () => void;
    onNo: () => void;
    children?: ComponentChildren;
}

/** Asks before something that cannot be taken back. The browser keeps the focus inside; where it was before it goes back to. */
export function Ask({ question, detail, yes, busy, onYes, onNo, children }: AskProps) {
    const { t } = useApp();
    const id = useId();
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => {
        const opened = dialog.current;
        const before = document.activeElement;
        opened?.showModal();
        return () => {
            opened?.close();
            // A browser does not by itself once the dialog is out of the page.
            if (before instanceof HTMLElement) before.focus();
        };
    }, []);
    return (
        <dialog ref={dialog} aria-labelledby={id} onCancel={onNo}>
            <h2 id={id}>{question}</h2>
            {detail && <p>{detail}</p>}
            {children}
            <div class="row">
                <button type="button" onClick={onNo}>
                    {t("no")}
                </button>
                <button type="button" class="danger" aria-disabled={busy ? "true" : undefined} onClick={onYes}>
                    {busy ? t("working") : yes}
                </button>
            </div>
        </dialog>
    );
}
