import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { explainCode } from '../../src/causes/codes.ts';
import { readRecords } from '../../src/causes/csv.ts';
import { resultCode } from '../../src/facts/result-code.ts';

const codes = readCatalogueFolder(join(import.meta.dirname, '../../catalogue')).codes();
const symbols = (input: string): readonly string[] =>
  explainCode(input, codes).map(({ symbol, code }) => symbol || code);

test.each([
  ['0x80070643', 'ERROR_INSTALL_FAILURE'],
  ['0x8024402c', 'WU_E_PT_WINHTTP_NAME_NOT_RESOLVED'],
  ['8024402C', 'WU_E_PT_WINHTTP_NAME_NOT_RESOLVED'],
  ['-2145107924', 'WU_E_PT_WINHTTP_NAME_NOT_RESOLVED'],
  ['2149859372', 'WU_E_PT_WINHTTP_NAME_NOT_RESOLVED'],
  ['1618', 'ERROR_INSTALL_ALREADY_RUNNING'],
  ['3010', 'ERROR_SUCCESS_REBOOT_REQUIRED'],
  ['1641', 'ERROR_SUCCESS_REBOOT_INITIATED'],
  ['-1018', 'JET_errReadVerifyFailure'],
  [' 0x00240005 ', 'WU_S_REBOOT_REQUIRED'],
])('%s is %s [NIN-08]', (input, symbol) => {
  expect(symbols(input)[0]).toBe(symbol);
});

test('an exit code and its HRESULT lead to each other', () => {
  expect(explainCode('1603', codes).map(({ code }) => code)).toEqual(
    expect.arrayContaining(['1603', '0x80070643']),
  );
  expect(explainCode('0x80070643', codes).map(({ code }) => code)).toEqual(
    expect.arrayContaining(['1603', '0x80070643']),
  );
});

test.each(['', 'abc', '0x', '0x123456789', '99999999999', 'KB5034763', '1e3'])(
  '%j is no code',
  (input) => {
    expect(explainCode(input, codes)).toEqual([]);
  },
);

test('every code of the table is found by its own spelling', () => {
  expect(codes.length).toBe(1174);
  expect(codes.filter(({ code }) => explainCode(code, codes)[0]?.code !== code)).toEqual([]);
});

test('any 32-bit number has one spelling, signed, unsigned or hex', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0x10000, max: 0xffffffff }), (code) => {
      const hex = `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
      expect([
        resultCode(hex.toLowerCase()),
        resultCode(code),
        resultCode(String(code | 0)),
      ]).toEqual([hex, hex, hex]);
    }),
  );
});

test('comma-separated text survives quotes, commas and line ends', () => {
  const value = fc.string().filter((text) => !/[\r\n]/.test(text));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value), { minLength: 1 }),
      fc.constantFrom('\n', '\r\n'),
      (rows, end) => {
        const quoted = rows.map((row) =>
          row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','),
        );
        const text = ['a,b', ...quoted].join(end) + end;
        expect(readRecords(text)).toEqual(rows.map(([a, b]) => ({ a, b })));
      },
    ),
  );
});
