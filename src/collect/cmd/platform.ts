/** `platform`: make and model, firmware and Secure Boot. */
import { Parts, type Question } from './question.ts';
import { numberIn, readBelow, readKey, regQuery, textIn } from './registry.ts';

const BIOS = String.raw`HKLM\HARDWARE\DESCRIPTION\System\BIOS`;
const CONTROL = String.raw`HKLM\SYSTEM\CurrentControlSet\Control`;
const SECURE_BOOT = [
  CONTROL,
  String.raw`${CONTROL}\SecureBoot`,
  String.raw`${CONTROL}\SecureBoot\State`,
];
const VIRTUAL = /virtual|vmware|kvm|qemu|xen|bochs|parallels|openstack|amazon ec2|google/i;

export const platform: Question = {
  section: 'platform',
  commands: [BIOS, ...SECURE_BOOT].map(regQuery),
  read([bios, ...control]) {
    const parts = new Parts();
    const machine = parts.read('platform', () => {
      const key = readKey(bios, BIOS);
      const manufacturer = textIn(key, 'SystemManufacturer') ?? '';
      const model = textIn(key, 'SystemProductName') ?? '';
      return { manufacturer, model, virtual: VIRTUAL.test(`${manufacturer} ${model}`) };
    });
    const firmware = parts.read('platform.secureBoot', () => {
      // learn.microsoft.com, "Boot to UEFI mode or legacy BIOS mode": 1 is BIOS, 2 is UEFI.
      const kind = numberIn(readKey(control[0], CONTROL), 'PEFirmwareType');
      const enabled = numberIn(readBelow(control, SECURE_BOOT), 'UEFISecureBootEnabled');
      return {
        ...(kind === 1 && { firmware: 'bios' as const }),
        ...(kind === 2 && { firmware: 'uefi' as const }),
        secureBoot: enabled === undefined ? null : enabled === 1,
      };
    });
    const told = { ...machine, ...firmware };
    return {
      evidence: Object.keys(told).length > 0 ? { platform: told } : {},
      errors: parts.errors,
    };
  },
};
