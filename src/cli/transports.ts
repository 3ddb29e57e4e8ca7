/** Which transport serves which kind of reach: the one table. */
import type { Transports } from '../sources/ways.ts';
import { localTransport } from '../transports/local/local.ts';
import { createRelays, type RelayParts } from '../transports/ssh/relays.ts';
import { ssh } from '../transports/ssh/ssh.ts';
import { winrm } from '../transports/winrm/winrm.ts';

export function transports(parts: RelayParts): Transports {
  return { winrm, ssh, local: localTransport(), relays: createRelays(parts) };
}
