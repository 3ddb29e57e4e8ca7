/** What our own session could and could not do on the host: refusals are limits of the look, not faults of the host. */
import type { Reading } from './reading.ts';
import { resultCode } from './result-code.ts';
import type { Fact } from './shape.ts';

export const sessionShape = {
  elevated: 'bool',
  refused: 'double',
  /** Sections whose WMI provider did not load. */
  providerFailures: 'double',
  /** The operating system itself could not be asked over WMI, for another reason than rights. */
  systemFailed: 'bool',
  /** The standard namespace is missing. */
  namespaceMissing: 'bool',
  code: 'string',
} as const;

const RIGHTS = new Set(['0x80070005', '0x80041003']);
const PROVIDER = '0x80041013';
const NAMESPACE = '0x8004100E';
// Sections read from namespaces or classes that are absent where a product is.
const OPTIONAL =
  /^(security|recovery|reboot\.configMgr|reliability|agents|platform|os\.esuLicensed)/;

export function sessionFact({ evidence }: Reading): Fact<typeof sessionShape> {
  const errors = (evidence.errors ?? []).map(({ section, hresult }, position) => ({
    section,
    code: resultCode(hresult),
    from: `/errors/${position}`,
  }));
  const wmi = errors.filter(({ code }) => code.startsWith('0x800410') && !RIGHTS.has(code));
  // Where Defender was removed its provider stays behind and does not load: no fault of WMI.
  const provider = wmi.filter(
    ({ code, section }) => code === PROVIDER && !section.startsWith('security'),
  );
  const system = wmi.find(({ section }) => section === 'os' || section.startsWith('os.'));
  const namespace = wmi.find(({ code, section }) => code === NAMESPACE && !OPTIONAL.test(section));
  const first = provider[0] ?? system ?? namespace ?? errors[0];
  return {
    known: true,
    from: first?.from ?? '',
    elevated: evidence.collector?.elevated === true,
    refused: errors.filter(({ code }) => RIGHTS.has(code)).length,
    providerFailures: provider.length,
    systemFailed: system !== undefined && !OPTIONAL.test(system.section),
    namespaceMissing: namespace !== undefined,
    code: first?.code ?? '',
  };
}
