// Reading a code with the camera, where the browser can.
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../ui/app.tsx";

interface Detector {
    detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

type DetectorClass = new (options: { formats: string[] }) => Detector;

function detectorClass(): DetectorClass | undefined {
    return (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
}

export function canScan(): boolean {
    return detectorClass() !== undefined && navigator.mediaDevices !== undefined;
}

/** How often the picture is looked at, in milliseconds. */
const EVERY = 250;

export function Scan({ onText }: { onText: (text: string) => void }) {
    const { t } = useApp();
    const video = useRef<HTMLVideoElement>(null);
    const [failed, fail] = useState(false);
    useEffect(() => {
        let stream: MediaStream | null = null;
        let over = false;
        let timer: ReturnType<typeof setTimeout> | undefined;
        async function begin(): Promise<void> {
            const Detect = detectorClass();
            if (!Detect) return;
            const detector = new Detect({ formats: ["qr_code"] });
            stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
            if (over || !video.current) return stop();
            video.current.srcObject = stream;
            await video.current.play();
            const look = async (): Promise<void> => {
                if (over || !video.current) return;
                const [code] = await detector.detect(video.current);
                if (code && !over) onText(code.rawValue);
                else timer = setTimeout(() => void look(), EVERY);
            };
            await look();
        }
        function stop(): void {
            for (const track of stream?.getTracks() ?? []) track.stop();
        }
        begin().catch(() => over || fail(true));
        return () => {
            over = true;
            clearTimeout(timer);
            stop();
        };
    }, []);
    return failed ? (
        <p role="alert" class="notice bad">
            {t("desk.noCamera")}
        </p>
    ) : (
        <video ref={video} class="camera" muted playsInline aria-label={t("desk.camera")} />
    );
}
