import { attribute, html, type Attribute, type SafeHtml } from '../../../platform/html.ts';
import type { Caller } from '../../auth/caller.ts';
import { csrfInput } from '../layout.ts';
import { describedBy, fieldError } from './refused.ts';
import { idOf, sentence, type SentForm } from './sent-form.ts';

/** A form of a page: its address tells it from every other one, so two that go the same way differ in their query. */
export interface PageForm {
  address: string;
  caller: Caller;
  /** Where it is this form that was sent before. */
  sent: SentForm | undefined;
}

export const formTo = (address: string, o: { caller: Caller; sent?: SentForm | undefined }): PageForm => ({
  address,
  caller: o.caller,
  sent: o.sent?.address === address ? o.sent : undefined,
});

/** What stood in a field when it was sent; undefined where the form was not. */
export const typedIn = ({ sent }: PageForm, name: string): string | undefined =>
  sent && (sent.values[name]?.[0] ?? '');

export const isTicked = ({ sent }: PageForm, name: string, value: string): boolean =>
  sent?.values[name]?.includes(value) ?? false;

/** Folded forms are open where they come back. */
export const openIfSent = ({ sent }: PageForm): Attribute => attribute('open', sent !== undefined);

const wrongIn = ({ sent }: PageForm, name: string): string | undefined => {
  const wrong = (sent?.problem?.errors ?? []).filter(({ pointer }) => pointer === `/${name}`);
  return wrong.length === 0 ? undefined : wrong.map(sentence).join(' ');
};

/** The fields and buttons of a form, with the proof that it is ours. */
export const formOf = (form: PageForm, body: SafeHtml): SafeHtml =>
  html`<form method="post" action="${form.address}">
    ${form.caller.session && csrfInput(form.caller.session.csrf)} ${body}
  </form>`;

/** A form that opens below its name: what it does, its fields, and the button, which is called as the form unless it says otherwise. */
export const foldedForm = (
  form: PageForm,
  o: { label: string; says: SafeHtml; fields: SafeHtml; button?: string; isFirst?: boolean },
): SafeHtml =>
  html`<details ${openIfSent(form)}>
    <summary>${o.label}…</summary>
    ${o.says}
    ${formOf(
      form,
      html`${o.fields}
        <button ${attribute('class', o.isFirst === true ? undefined : 'second')}>${o.button ?? o.label}</button>`,
    )}
  </details>`;

interface Field {
  name: string;
  label: string;
  /** Stands behind the label, in brackets. */
  hint?: string | undefined;
  /** Filled in where the form was not sent before. */
  value?: string | undefined;
}

const labelled = (form: PageForm, { name, label, hint }: Field, input: SafeHtml): SafeHtml => {
  const id = idOf(form, name);
  return html`<div class="field">
    <label class="above" for="${id}">${label}${hint === undefined ? undefined : html` <span class="quiet">(${hint})</span>`}</label
    >${input}${fieldError(id, wrongIn(form, name))}
  </div>`;
};

/** One line of text. */
export function textField(
  form: PageForm,
  field: Field & { optional?: boolean; shortest?: number; longest?: number; pattern?: string },
): SafeHtml {
  const { name, value, optional = false, shortest, longest = 500, pattern } = field;
  const id = idOf(form, name);
  return labelled(
    form,
    field,
    html`<input
      type="text"
      id="${id}"
      name="${name}"
      value="${typedIn(form, name) ?? value ?? ''}"
      autocomplete="off"
      maxlength="${longest}"
      ${attribute('minlength', shortest === undefined ? undefined : String(shortest))}
      ${attribute('pattern', pattern)}
      ${attribute('required', !optional)}
      ${describedBy(id, wrongIn(form, name))}
    />`,
  );
}

/** Why somebody does it. */
export const reasonField = (form: PageForm, more: Partial<Parameters<typeof textField>[1]> = {}): SafeHtml =>
  textField(form, { name: 'reason', label: 'Reason', ...more });

/** A day and a time by the clock of the reader. */
export function timeField(
  form: PageForm,
  field: Field & { optional?: boolean; earliest?: string },
): SafeHtml {
  const { name, value, optional = false, earliest } = field;
  const id = idOf(form, name);
  return labelled(
    form,
    field,
    html`<input
      type="datetime-local"
      id="${id}"
      name="${name}"
      value="${typedIn(form, name) ?? value ?? ''}"
      ${attribute('min', earliest)}
      ${attribute('required', !optional)}
      ${describedBy(id, wrongIn(form, name))}
    />`,
  );
}

/** One of some values, each with its name. */
export function choiceField(
  form: PageForm,
  field: Field & { options: readonly (readonly [value: string, name: string])[]; note?: string },
): SafeHtml {
  const { name, value, options, note } = field;
  const id = idOf(form, name);
  const chosen = typedIn(form, name) ?? value;
  return labelled(
    form,
    field,
    html`<select id="${id}" name="${name}" ${describedBy(id, wrongIn(form, name))}>
        ${options.map(([one, text]) => html`<option value="${one}" ${attribute('selected', one === chosen)}>${text}</option>`)}
      </select>
      ${note === undefined ? undefined : html`<p class="small quiet">${note}</p>`}`,
  );
}

/** A box that may be ticked; with others of its name it is one of several. */
export const tickField = (
  form: PageForm,
  { name, value, label }: { name: string; value: string; label: string },
): SafeHtml =>
  html`<label class="choice"
    ><input type="checkbox" name="${name}" value="${value}" ${attribute('checked', isTicked(form, name, value))} /> <span>${label}</span></label
  >`;

/** Several boxes under one name. */
export function tickFields(
  form: PageForm,
  { name, label, options }: Field & { options: readonly (readonly [value: string, label: string])[] },
): SafeHtml {
  const id = idOf(form, name);
  const says = wrongIn(form, name);
  return html`<fieldset id="${id}" tabindex="-1" ${describedBy(id, says)}>
    <legend>${label}</legend>
    ${fieldError(id, says)} ${options.map(([value, text]) => tickField(form, { name, value, label: text }))}
  </fieldset>`;
}
