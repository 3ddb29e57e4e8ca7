import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  escapeText,
  numberOf,
  property,
  readClixml,
  textOf,
} from '../../../../src/transports/winrm/psrp/clixml.ts';
import { readEvent } from '../../../../src/transports/winrm/psrp/server-messages.ts';
import { MESSAGE, NO_PIPELINE } from '../../../../src/transports/winrm/psrp/message.ts';
import { isReadOrRefused } from '../fixtures.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('_x', '_X', '_x0041_', '_', 'x', '\r', '\n', '\u0000', '😀', ']]>', '&'))
    .map((parts) => parts.join('')),
);

describe('text', () => {
  test('comes back as it was sent, whatever is in it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const unharmed = text.toWellFormed().replace(/[\ufffe\uffff]/g, '');
        expect(textOf(readClixml(`<S>${escapeText(unharmed)}</S>`))).toBe(unharmed);
      }),
    );
  });

  test.each([
    ['_x000D__x000A_', '\r\n'],
    ['_xD83D__xDE00_', '😀'],
    ['_x005F_x0041_', '_x0041_'],
    ['_x12_', '_x12_'],
    ['_xD83D_', '\ufffd'],
    ['a &amp;lt; b', 'a &lt; b'],
  ])('%s means %j', (xml, text) => {
    expect(textOf(readClixml(`<S>${xml}</S>`))).toBe(text);
  });

  test.each([
    ['<Obj RefId="0"><S>line</S><MS><S N="PSPath">C:\\x</S></MS></Obj>', 'line'],
    ['<Obj RefId="0"><TN RefId="0"><T>A</T></TN><ToString>shown</ToString></Obj>', 'shown'],
    ['<I32>7</I32>', '7'],
    ['<Nil />', ''],
    ['<Obj RefId="0"><LST><S>x</S></LST></Obj>', ''],
  ])('%s says %j', (xml, text) => {
    expect(textOf(readClixml(xml))).toBe(text);
  });
});

test('properties are found in members of either kind, and by name', () => {
  const value = readClixml(
    '<Obj><MS><I32 N="A">-5</I32></MS><Props><S N="B">b</S></Props><Nil N="C"/></Obj>',
  );
  expect(numberOf(property(value, 'A'))).toBe(-5);
  expect(numberOf(property(value, 'B'))).toBeUndefined();
  expect(property(value, 'C')?.kind).toBe('Nil');
  expect(property(value, 'D')).toBeUndefined();
});

describe('what is no CLIXML is refused', () => {
  test.each([
    ['a DTD', '<!DOCTYPE x [<!ENTITY a "b">]><S>&a;</S>'],
    ['an entity of its own', '<S>&a;</S>'],
    ['unclosed', '<Obj><MS>'],
    ['nothing', ''],
    ['too deep', '<Obj>'.repeat(80)],
    ['too many', `<Obj>${'<S/>'.repeat(60_000)}</Obj>`],
  ])('%s', (_, xml) => {
    expect(() => readClixml(xml)).toThrow(/the host's reply/);
  });

  test('and nothing worse happens, whatever a host sends', () => {
    const types = fc.constantFrom(...Object.values(MESSAGE), 0);
    const bits = fc.constantFrom(
      '<Obj>',
      '</Obj>',
      '<MS>',
      '</MS>',
      '<S N="Exception">',
      '</S>',
      '<I32 N="PipelineState">',
      '5',
      '</I32>',
      '&#x41;',
      '<Nil/>',
      '<![CDATA[',
      ']]>',
      '<Obj N="ExceptionAsErrorRecord">',
      '_xD800_',
    );
    fc.assert(
      fc.property(
        types,
        fc.oneof(
          fc.string(),
          fc.array(bits).map((all) => all.join('')),
        ),
        (type, text) => {
          const message = { type, text, pool: NO_PIPELINE, pipeline: NO_PIPELINE };
          expect(isReadOrRefused(() => readEvent(message))).toBe(true);
        },
      ),
    );
  });
});
