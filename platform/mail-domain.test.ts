import { expect, test } from '@jest/globals';
import { addressIn, mailDomain } from './mail-domain.ts';

test('the domain of message ids is that of our own address', () => {
  expect(mailDomain('Gantry <gantry@acme.test>')).toBe('acme.test');
  expect(mailDomain('gantry@acme.test')).toBe('acme.test');
  expect(addressIn('Gantry <gantry@acme.test>')).toBe('gantry@acme.test');
});
