/** What a run came to beside what the rig knows of its hosts. */
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import type { Expected } from './rig.ts';

/** A sentence for each host whose outcome is not what it must be; none when all is right. */
export function wrongOutcomes(
  { hosts }: ScanDocument,
  expected: Readonly<Record<string, Expected>>,
): string[] {
  const byName = new Map(hosts.map((host) => [host['name'], host]));
  return Object.entries(expected).flatMap(([name, { fault, expect: wanted, cause }]) => {
    const host = byName.get(name);
    const contact = host?.['contact'] as { stage: string; code: string } | undefined;
    const got = contact
      ? `${contact.stage} ${contact.code} ${String(host?.['cause'])}`
      : String(host?.['outcome']);
    if (typeof wanted === 'string')
      return wanted === 'evidence' && host?.['outcome'] !== 'judged'
        ? [`${name} (${fault}): ${got}, wanted evidence`]
        : [];
    const stages = [wanted.stage].flat();
    const codes = [wanted.code].flat();
    const causes = [cause ?? []].flat();
    const fits =
      contact !== undefined &&
      stages.includes(contact.stage) &&
      codes.includes(contact.code) &&
      causes.includes(String(host?.['cause']));
    return fits
      ? []
      : [
          `${name} (${fault}): ${got}, wanted ${[stages, codes, causes].map((each) => each.join('|')).join(' ')}`,
        ];
  });
}
