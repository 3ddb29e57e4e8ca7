/** `patchwhy inventory check FILE`: what is wrong with it, or what it comes to. */
import type { ExitCode } from '../core/error.ts';
import { printable } from '../core/printable.ts';
import { parseInventory } from '../inventory/parse-inventory.ts';
import { isCarried } from '../sources/carried.ts';
import { readNamedFile } from './named-file.ts';
import { writeAll } from './output-stream.ts';

export async function inventoryCheckCommand({
  file,
}: {
  readonly file: string;
}): Promise<ExitCode> {
  const inventory = parseInventory(readNamedFile(file), file, readNamedFile);
  const { hosts, warnings } = inventory;
  const carried = hosts.filter(isCarried);
  const later = hosts.filter((host) => host.reach.kind === 'unavailable' && !isCarried(host));
  const sites = new Set(hosts.flatMap(({ labels }) => labels['site'] ?? []));
  const lines = [
    `${printable(file)}: ${plural(hosts.length, 'host')}, ${plural(sites.size, 'site')}, ${plural(inventory.credentials.size, 'credential')}; nothing wrong`,
    ...warnings.map(({ message, hint }) => `warning: ${printable(message)}; ${printable(hint)}`),
    ...(carried.length > 0
      ? [
          `${plural(carried.length, 'host')} by bundle: patchwhy collector pack, run it there, patchwhy evidence import`,
        ]
      : []),
    ...later.map(
      ({ id, reach }) =>
        `${printable(id)} will be skipped: ${reach.kind === 'unavailable' ? printable(reach.reason) : ''}`,
    ),
  ];
  await writeAll(process.stdout, `${lines.join('\n')}\n`);
  return 0;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
