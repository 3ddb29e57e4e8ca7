/** What the machine itself says of names: its hosts file and the search list of resolv.conf(5). */
import { readFile } from 'node:fs/promises';

export interface LocalNames {
  /** Addresses by name in lower case. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  /** Suffixes for names without a dot. */
  readonly search: readonly string[];
}

export async function readLocalNames(): Promise<LocalNames> {
  const windows = process.env['SystemRoot'];
  const hostsFile =
    process.platform === 'win32'
      ? `${windows ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`
      : '/etc/hosts';
  const [hostsText, resolvText] = await Promise.all([
    readIfThere(hostsFile),
    readIfThere('/etc/resolv.conf'),
  ]);
  const hosts = new Map<string, string[]>();
  for (const words of linesOf(hostsText)) {
    const [address = '', ...names] = words;
    for (const name of names.map((each) => each.toLowerCase())) {
      hosts.set(name, [...(hosts.get(name) ?? []), address]);
    }
  }
  const search = linesOf(resolvText)
    // The last of them counts, resolv.conf(5).
    .findLast(([key]) => key === 'search' || key === 'domain');
  return { hosts, search: search?.slice(1) ?? [] };
}

/** The names to ask for, in the order a resolver with `ndots:1` asks. */
export function candidates(name: string, search: readonly string[]): string[] {
  if (name.endsWith('.')) return [name];
  const suffixed = search.map((suffix) => `${name}.${suffix}`);
  return name.includes('.') ? [name, ...suffixed] : [...suffixed, name];
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return ''; // absent on this platform: DNS decides alone
  }
}

function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/[#;].*/, '')
        .trim()
        .split(/\s+/),
    )
    .filter(([first]) => first !== '');
}
