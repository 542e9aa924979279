/* Renders one card as a client of Teams would, and gathers what came out. */

const COLOURS = {
  light: { ink: "#242424", soft: "#616161", accent: "#4f52b2", good: "#237b4b", warning: "#835c00", bad: "#c4314b",
    paper: "#ffffff", raised: "#f5f5f5", line: "#e0e0e0" },
  dark: { ink: "#ffffff", soft: "#c0c0c0", accent: "#aab1fa", good: "#92c353", warning: "#f8d22a", bad: "#f9526b",
    paper: "#292929", raised: "#3a3a3a", line: "#525252" },
};

function hostConfig(c, narrow) {
  const one = (colour) => ({ default: colour, subtle: colour });
  const inks = { default: { default: c.ink, subtle: c.soft }, dark: one(c.ink), light: one(c.soft),
    accent: one(c.accent), good: one(c.good), warning: one(c.warning), attention: one(c.bad) };
  const style = (background) => ({ backgroundColor: background, foregroundColors: inks });
  return {
    fontFamily: '"Segoe UI", "Open Sans", "Noto Sans", "DejaVu Sans", sans-serif',
    fontSizes: { small: 12, default: 14, medium: 15, large: 18, extraLarge: 26 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 21, large: 24, extraLarge: 34 },
    spacing: { small: 4, default: 8, medium: 14, large: 20, extraLarge: 28, padding: 14 },
    separator: { lineThickness: 1, lineColor: c.line },
    supportsInteractivity: true,
    containerStyles: { default: style(c.paper), emphasis: style(c.raised), accent: style(c.raised),
      good: style(c.raised), warning: style(c.raised), attention: style(c.raised) },
    actions: { maxActions: 6, spacing: "medium", buttonSpacing: 8, // Telephones stack buttons.
      actionsOrientation: narrow ? "vertical" : "horizontal", actionAlignment: narrow ? "stretch" : "left", showCard: { actionMode: "inline" } },
    factSet: { title: { weight: "bolder", wrap: true, maxWidth: 150 }, value: { wrap: true }, spacing: 12 },
  };
}

function render(content, width, dark) {
  const mode = dark ? "dark" : "light";
  const mentions = ((content.msteams || {}).entities || []).map((entity) => entity);
  const markdown = window.markdownit({ html: false, linkify: true, breaks: true });
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    // Marks that no text of ours holds stand for mentions while the markdown is read.
    const held = mentions.reduce((said, one, number) => said.replaceAll(one.text, `\uE000${number}\uE001`), text);
    result.outputHtml = markdown.render(held).replace(/\uE000(\d+)\uE001/g, (_, number) => {
      const span = document.createElement("span");
      span.className = "mention";
      span.textContent = mentions[number].mentioned.name;
      return span.outerHTML;
    });
    result.didProcess = true;
  };

  const faults = [];
  const serialization = new AdaptiveCards.SerializationContext();
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(hostConfig(COLOURS[mode], width < 400));
  card.parse(content, serialization);
  for (let at = 0; at < serialization.eventCount; at += 1) faults.push(serialization.getEventAt(at).message);
  const problems = card.validateProperties();
  for (const failed of problems.validationEvents) faults.push(failed.message);

  document.body.className = mode;
  const frame = document.getElementById("card");
  frame.style.width = `${width}px`;
  frame.replaceChildren(card.render());

  const opens = [];
  card.onExecuteAction = (action) => opens.push(action.url || action.getJsonTypeName());
  for (const one of frame.querySelectorAll("button, .ac-selectable")) one.click();

  const all = [...frame.querySelectorAll("*")];
  const right = frame.getBoundingClientRect().right;
  const overflowing = all
    .filter((one) => {
      const box = one.getBoundingClientRect();
      const clipped = one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline";
      return box.width > 0 && (box.right > right + 1 || clipped);
    })
    .map((one) => `${one.tagName} ${one.className}: ${one.textContent.slice(0, 60)}`);
  return {
    text: frame.innerText,
    html: frame.innerHTML,
    links: all.flatMap((one) => ["href", "src", "action", "formaction"].map((name) => one.getAttribute(name)).filter(Boolean)),
    opens,
    tags: [...new Set(all.map((one) => one.tagName.toLowerCase()))],
    mentions: [...frame.querySelectorAll(".mention")].map((one) => one.textContent),
    overflowing,
    faults,
  };
}
