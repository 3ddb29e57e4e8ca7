/** What an installer's log says that it wants, and whether the host has it. */
import type { Evidence } from '../core/look.ts';
import type { Item } from './shape.ts';
import { kbIn } from './update-family.ts';

export const wantShape = {
  /** dotnet, vcredist or update */
  kind: 'string',
  name: 'string',
  /** Somebody looked for it, and it is not there. */
  missing: 'bool',
  present: 'bool',
  text: 'string',
} as const;

type Want = Item<typeof wantShape>;
type Runtimes = NonNullable<Evidence['runtimes']>;

/** What one line names as wanted; empty for most lines. */
export function wantsIn(text: string, from: string, evidence: Evidence): readonly Want[] {
  return [
    ...dotnetWants(text, from, evidence.runtimes),
    ...vcWants(text, from, evidence.runtimes),
    ...updateWants(text, from, evidence),
  ];
}

/** Vendors' logs speak the language of the host: "not found", "missing", "not installed". */
const ABSENT =
  /missing|not (?:found|installed|present)|could not be (?:found|located)|0x800736B1|0xC0000135|fehlt|nicht (?:gefunden|installiert|vorhanden)|manca|non (?:è )?(?:stat[oa] )?(?:trovat|installat|present)|introuvable|manquant|pas install|falta|no se (?:encontr|ha encontr)|見つかりません|見つからない|ありません|されていません/i;

/** The same for "requires", "must be installed first". */
const REQUIRED =
  /require|need|must|prerequisite|install(?:ed)? first|or (?:later|higher|newer)|benötigt|erforderlich|voraus|richie(?:d|st)|necessari|requis|nécessi|requiere|necesita|必要/i;

const isWanting = (text: string): boolean => ABSENT.test(text) || REQUIRED.test(text);

const DOTNET =
  /(?:Microsoft )?\.NET(?: Core)? ?(Framework|Desktop|Windows Desktop|ASP\.NET Core)?(?: Runtime)? ?(?:version )?v?(\d+(?:\.\d+)*)/i;

function dotnetWants(text: string, from: string, runtimes: Runtimes | undefined): Want[] {
  const match = DOTNET.exec(text);
  if (match === null || !isWanting(text)) return [];
  const [, flavour = '', version = ''] = match;
  const isFramework = /framework/i.test(flavour) || Number.parseFloat(version) < 5;
  const has = isFramework
    ? hasFramework(version, runtimes)
    : hasRuntime(version, flavour, runtimes);
  const name = `.NET ${isFramework ? 'Framework ' : ''}${version}`;
  return [{ from, kind: 'dotnet', name, missing: has === false, present: has === true, text }];
}

// Release numbers of the registry by version (Microsoft, "How to: Determine which .NET Framework versions are installed").
const FRAMEWORKS: readonly (readonly [string, number])[] = [
  ['4.8.1', 533_320],
  ['4.8', 528_040],
  ['4.7.2', 461_808],
  ['4.7.1', 461_308],
  ['4.7', 460_798],
  ['4.6.2', 394_802],
  ['4.6.1', 394_254],
  ['4.6', 393_295],
  ['4.5.2', 379_893],
];

function hasFramework(version: string, runtimes: Runtimes | undefined): boolean | undefined {
  const wanted = FRAMEWORKS.find(([name]) => version.startsWith(name))?.[1];
  if (runtimes?.dotnetFrameworkRelease === undefined || wanted === undefined) return undefined;
  return (runtimes.dotnetFrameworkRelease ?? 0) >= wanted;
}

function hasRuntime(
  version: string,
  flavour: string,
  runtimes: Runtimes | undefined,
): boolean | undefined {
  if (runtimes?.dotnet === undefined) return undefined;
  const kind = /desktop/i.test(flavour)
    ? 'WindowsDesktop'
    : /asp/i.test(flavour)
      ? 'AspNetCore'
      : '';
  const wanted = Number.parseInt(version, 10);
  return runtimes.dotnet.some((runtime) => {
    const major = Number.parseInt(/\s(\d+)\./.exec(runtime)?.[1] ?? '0', 10);
    return runtime.includes(kind) && major >= wanted;
  });
}

const VC = /VCRUNTIME\d+|MSVC[PR]\d+|Visual C\+\+|vcredist|VC_?redist|Microsoft\.VC\d+\.CRT/i;

function vcWants(text: string, from: string, runtimes: Runtimes | undefined): Want[] {
  const match = VC.exec(text);
  if (match === null || !isWanting(text)) return [];
  const has =
    runtimes?.vcRedist === undefined ? undefined : runtimes.vcRedist.some(isNamedFor(text));
  return [
    { from, kind: 'vcredist', name: match[0], missing: has === false, present: has === true, text },
  ];
}

/** The architecture that the text names must be there; any will do where it names none. The 14.x family is one. */
function isNamedFor(text: string): (one: { name?: string; version: string }) => boolean {
  const architecture = /\b(x64|amd64|64-bit)\b/i.test(text)
    ? 'x64'
    : /\b(x86|32-bit)\b/i.test(text)
      ? 'x86'
      : '';
  const is14 = /VCRUNTIME140|MSVCP140|20(15|17|19|22)/i.test(text);
  return ({ name, version }) =>
    (architecture === '' || name === undefined || name.toLowerCase().includes(architecture)) &&
    (!is14 || version.startsWith('14.'));
}

function updateWants(text: string, from: string, evidence: Evidence): Want[] {
  const kb = kbIn(text);
  if (kb === '' || !isWanting(text) || evidence.hotfixes === undefined) return [];
  const present = evidence.hotfixes.some((hotfix) => hotfix.kb === kb);
  return [{ from, kind: 'update', name: kb, missing: !present, present, text }];
}
