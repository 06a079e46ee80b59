// Logging in with a code; for staff also with a token of their own identity provider.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CodeSent, LoggedIn } from "../../.generated/api.ts";
import { e164 } from "../lib/phone.ts";
import { useApp } from "./app.tsx";
import { Field, Submit, Told, useDoing } from "./controls.tsx";
import { Problem } from "./problem.tsx";

export function LoginForm({ tokens }: { tokens?: boolean }) {
    const { t } = useApp();
    const [sent, setSent] = useState<{ phone: string; code: CodeSent } | null>(null);
    return (
        <section class="panel" aria-labelledby="login">
            <h2 id="login">{t("login.title")}</h2>
            {sent ? (
                <CodeForm phone={sent.phone} code={sent.code} onOther={() => setSent(null)} />
            ) : (
                <PhoneForm onSent={(phone, code) => setSent({ phone, code })} />
            )}
            {tokens && <TokenForm />}
        </section>
    );
}

function PhoneForm({ onSent }: { onSent: (phone: string, code: CodeSent) => void }) {
    const { t, api } = useApp();
    const [text, setText] = useState("");
    const doing = useDoing();
    const phone = e164(text);
    const submit = (event: Event) => {
        event.preventDefault();
        if (phone) void doing.run(async () => onSent(phone, (await api.post<CodeSent>("/v1/auth/otp", { phone })).body));
    };
    return (
        <form onSubmit={submit}>
            <p>{t("login.lead")}</p>
            <Field
                label={t("login.phone")}
                hint={t("login.phoneHint")}
                type="tel"
                autocomplete="tel"
                required
                value={text}
                aria-invalid={text.length >= 10 && !phone ? "true" : undefined}
                onText={setText}
            />
            <Problem refusal={doing.refusal} />
            <Submit busy={doing.busy} disabled={!phone}>
                {t("login.send")}
            </Submit>
        </form>
    );
}

function CodeForm({ phone, code, onOther }: { phone: string; code: CodeSent; onOther: () => void }) {
    const { t, f, api } = useApp();
    const [text, setText] = useState("");
    const doing = useDoing();
    const form = useRef<HTMLFormElement>(null);
    // What had the focus is gone.
    useEffect(() => form.current?.querySelector("input")?.focus(), []);
    const submit = (event: Event) => {
        event.preventDefault();
        if (text.length !== 6) return;
        void doing.run(async () => {
            const answer = await api.post<LoggedIn>("/v1/auth/token", { phone, challenge: code.challenge, code: text });
            api.login.accept(answer.body);
        });
    };
    return (
        <form ref={form} onSubmit={submit}>
            <Told>{t("login.sent", { phone, minutes: f.number(Math.floor(code.expires_in / 60)) })}</Told>
            <Field
                label={t("login.code")}
                hint={t("login.codeHint")}
                inputMode="numeric"
                autocomplete="one-time-code"
                maxLength={6}
                required
                value={text}
                onText={(typed) => setText(typed.replace(/\D/g, ""))}
            />
            <Problem refusal={doing.refusal} />
            <div class="row">
                <Submit busy={doing.busy} disabled={text.length !== 6}>
                    {t("logIn")}
                </Submit>
                <button type="button" onClick={onOther}>
                    {t("login.other")}
                </button>
            </div>
        </form>
    );
}

function TokenForm() {
    const { t, api } = useApp();
    const [token, setToken] = useState("");
    const [bad, setBad] = useState(false);
    const submit = (event: Event) => {
        event.preventDefault();
        setBad(!api.login.acceptForeign(token.trim()));
    };
    return (
        <details>
            <summary>{t("login.token")}</summary>
            <form onSubmit={submit}>
                <Field label={t("login.token")} hint={t("login.tokenHint")} autocomplete="off" required value={token} onText={setToken} />
                <div role="alert">{bad && <p class="notice bad">{t("login.badToken")}</p>}</div>
                <button type="submit">{t("login.useToken")}</button>
            </form>
        </details>
    );
}
