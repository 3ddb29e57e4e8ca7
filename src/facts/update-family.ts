/** What kind of update a name belongs to. Decided by KB lists, codes and product names, which no language translates. */

export type Family =
  | 'cumulative'
  | 'definition'
  | 'winre'
  | 'secureBoot'
  | 'dotnet'
  | 'feature'
  | 'driver'
  | 'vendor'
  | 'other';

// They fail and succeed daily and say nothing about the operating system (knowledge, rules).
const DEFINITIONS = new Set([
  'KB2267602',
  'KB4052623',
  'KB5007651',
  'KB890830',
  'KB2461484',
  'KB915597',
]);

// Apps of the Store come by Windows Update too: `9WZDNCRFJ3TJ-Microsoft.Name`. They fail while in use, daily.
const STORE_APP = /^9[A-Z0-9]{11}-/;

// Updates of the recovery environment: they fail for the size of a hidden partition.
const WINRE = new Set([
  'KB5028997',
  'KB5034439',
  'KB5034440',
  'KB5034441',
  'KB5042320',
  'KB5042321',
  'KB5042322',
  'KB5048239',
  'KB5057588',
  'KB5057589',
]);

// Updates of the Secure Boot variables: they fail in the firmware.
const SECURE_BOOT = new Set(['KB4535680', 'KB5012170']);

export interface UpdateName {
  readonly kb: string;
  readonly title: string;
  readonly code: string;
  /** Windows Update, its events or the servicing stack spoke of it, not a vendor's installer. */
  readonly isFromWindows: boolean;
}

export function familyOf({ kb, title, code, isFromWindows }: UpdateName): Family {
  if (DEFINITIONS.has(kb) || STORE_APP.test(title)) return 'definition';
  if (WINRE.has(kb)) return 'winre';
  if (SECURE_BOOT.has(kb)) return 'secureBoot';
  if (/\.NET\b/.test(title)) return kb === '' && !isFromWindows ? 'vendor' : 'dotnet';
  if (!isFromWindows && kb === '') return 'vendor';
  if (kb === '' && /Windows (10|11|Server)\b.*(\d\dH\d|20\d\d)/.test(title)) return 'feature';
  if (code.startsWith('0xC190')) return 'feature';
  // Driver titles are "Vendor - Class - version" and carry no KB.
  if (kb === '' && (/^.+ - .+ - [\d./]+/.test(title) || code.startsWith('0x800F02')))
    return 'driver';
  return kb !== '' && isMonthly(title) ? 'cumulative' : 'other';
}

/** Microsoft starts the titles of its monthly updates with the month, in every language. */
function isMonthly(title: string): boolean {
  return title === '' || /^\d{4}-\d{2}\b/.test(title) || title.startsWith('Package_for_RollupFix');
}

/** `KB5034763` out of any text; empty when there is none. */
export function kbIn(text: string): string {
  return /KB\d{6,7}/i.exec(text)?.[0].toUpperCase() ?? '';
}

/** A title without its month, KB and version: equal for successive updates of one series, in any language. */
export function seriesOf(title: string): string {
  return title
    .replace(/^\d{4}-\d{2}\s*/, '')
    .replace(/[(（]?KB\d{6,7}[)）]?/gi, '')
    .replace(/\d+(\.\d+){2,}/g, '')
    .trim()
    .toLowerCase();
}
