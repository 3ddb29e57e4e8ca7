import type { ConsoleFinding } from '../console-report.ts';

const OLDEST = 22;

export function checkNode(): ConsoleFinding {
  const { version, platform, arch, execPath } = process;
  const text = `${version} on ${platform} ${arch} (${execPath})`;
  if (Number.parseInt(version.slice(1), 10) >= OLDEST)
    return { about: 'Node', verdict: 'ok', text };
  const next = `install Node ${OLDEST} or newer`;
  return { about: 'Node', verdict: 'failed', text, next };
}
