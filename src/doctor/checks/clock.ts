import { access } from 'node:fs/promises';
import type { ConsoleFinding } from '../console-report.ts';

/** Made by systemd-timesyncd when the clock was set from the network, systemd-timesyncd.service(8). */
const SYNCHRONISED = '/run/systemd/timesync/synchronized';

/** Kerberos refuses a clock more than five minutes off; here only a clock that cannot be right is told. */
export async function checkClock(now: Date, builtAt: Date | undefined): Promise<ConsoleFinding> {
  const about = 'clock';
  const text = now.toISOString().replace(/\.\d+Z$/, 'Z');
  if (builtAt !== undefined && now < builtAt) {
    const next = 'it is older than this program: set it, or Kerberos and certificates will fail';
    return { about, verdict: 'failed', text, next };
  }
  const synchronised = await isThere(SYNCHRONISED);
  return {
    about,
    verdict: 'ok',
    text: synchronised
      ? `${text}, set from the network`
      : `${text}; each host's own is compared when it is contacted`,
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
