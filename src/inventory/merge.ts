/** Nearest value wins. */
import type { Settings } from './format.ts';

/** The nearer settings over the farther ones: maps key by key, tags together, everything else whole. */
export function merge(far: Settings, near: Settings): Settings {
  return {
    ...far,
    ...near,
    ...(far.winrm && near.winrm && { winrm: { ...far.winrm, ...near.winrm } }),
    ...(far.ssh && near.ssh && { ssh: { ...far.ssh, ...near.ssh } }),
    ...(far.timeouts && near.timeouts && { timeouts: { ...far.timeouts, ...near.timeouts } }),
    ...(far.tags && near.tags && { tags: [...new Set([...far.tags, ...near.tags])] }),
  };
}
