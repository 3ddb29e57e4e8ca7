/** Which transport serves which kind of reach: the one table. */
import type { Transports } from '../sources/ways.ts';
import { localTransport } from '../transports/local/local.ts';
import { createRelays, type RelayParts } from '../transports/ssh/relays.ts';
import { ssh } from '../transports/ssh/ssh.ts';
import type { FirstUse } from '../transports/winrm/first-use.ts';
import { createWinrm } from '../transports/winrm/winrm.ts';

/** @param firstUse where certificates of WinRM hosts are trusted when they are first met. */
export function transports(parts: RelayParts, firstUse?: FirstUse): Transports {
  return {
    winrm: createWinrm(firstUse),
    ssh,
    local: localTransport(),
    relays: createRelays(parts),
  };
}
