/** `os`: build, edition and kind, all from the registry. */
import type { Collected } from '../../core/evidence.ts';
import { answered, CouldNotLook, Parts, type Question } from './question.ts';
import { numberIn, readKey, regQuery, textIn } from './registry.ts';

const CURRENT = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`;
const PRODUCT = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions`;
const ENVIRONMENT = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment`;
/** A 32-bit process on 64-bit Windows sees another SOFTWARE hive, and only there this variable is set (WOW64). */
const EMULATED = 'echo %PROCESSOR_ARCHITEW6432%';

type Os = NonNullable<Collected['os']>;

const KINDS: Readonly<Record<string, NonNullable<Os['productType']>>> = {
  WinNT: 'workstation',
  ServerNT: 'server',
  LanmanNT: 'domainController',
};
const ARCHITECTURES: Readonly<Record<string, NonNullable<Os['arch']>>> = {
  AMD64: 'x64',
  x86: 'x86',
  ARM64: 'arm64',
};

export const os: Question = {
  section: 'os',
  commands: [regQuery(CURRENT), regQuery(PRODUCT), regQuery(ENVIRONMENT), EMULATED],
  read([current, product, environment, emulated]) {
    if (/^\s*(AMD64|ARM64|IA64)\b/m.test(answered(emulated).text))
      throw new CouldNotLook(
        "this cmd is 32-bit on 64-bit Windows: its registry is not the host's",
      );
    const key = readKey(current, CURRENT);
    const build = numberIn(key, 'CurrentBuildNumber');
    if (build === undefined) throw new CouldNotLook('the registry holds no build number');
    const ubr = numberIn(key, 'UBR');
    const edition = textIn(key, 'EditionID');
    const parts = new Parts();
    const productType = parts.read(
      'os.productType',
      () => KINDS[textIn(readKey(product, PRODUCT), 'ProductType') ?? ''],
    );
    const arch = parts.read(
      'os.arch',
      () =>
        ARCHITECTURES[textIn(readKey(environment, ENVIRONMENT), 'PROCESSOR_ARCHITECTURE') ?? ''],
    );
    return {
      evidence: {
        os: {
          build,
          ...(ubr !== undefined && { ubr }),
          ...(edition !== undefined && { edition }),
          ...(productType !== undefined && { productType }),
          ...(arch !== undefined && { arch }),
          serverCore: textIn(key, 'InstallationType') === 'Server Core',
        },
      },
      errors: parts.errors,
    };
  },
};
