/** Charges an order. Throws where payments does not answer. */
export async function charge(cents) {
  const answer = await fetch(`${process.env.PAYMENTS_URL}/charge?cents=${cents}`);
  if (!answer.ok) throw new Error(`Payments answered with ${answer.status}`);
  const { id } = await answer.json();
  return { id };
}
