//! The finished pages as PDF.

use std::num::NonZeroU16;

use chrono::{Datelike, Timelike};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::action::LinkAction;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::{Page, PageSettings};
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node as TreeNode, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagKind, TagTree,
};
use krilla::text::{GlyphId, KrillaGlyph};

use crate::font::{Ink, Style, face};
use crate::moment::Moment;
use crate::sheet::{Entry, Mark, Meaning, NodeId, Placed, Sheet, mm};

/// The writer of PDF refused a paper. No input is known to bring this about.
#[derive(Debug)]
pub struct Unprintable(String);

impl std::fmt::Display for Unprintable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the paper cannot be written as PDF: {}", self.0)
    }
}

impl std::error::Error for Unprintable {}

/// What the file says about itself.
pub(crate) struct About {
    pub title: String,
    pub issuer: String,
    pub at: Moment,
}

pub(crate) fn pdf(sheet: &Sheet, about: &About) -> Result<Vec<u8>, Unprintable> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| Unprintable(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut tags = Tags::of(sheet);
    for (number, marks) in sheet.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(sheet.size.0, sheet.size.1)
            .ok_or_else(|| Unprintable("a page has no size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        draw(&mut page, sheet, marks, number, &mut tags);
        page.finish();
    }
    document.set_metadata(metadata(about));
    document.set_outline(outline(&sheet.outline));
    document.set_tag_tree(tags.tree());
    document.finish().map_err(|error| Unprintable(format!("{error:?}")))
}

fn metadata(about: &About) -> Metadata {
    let local = about.at.local();
    let date = DateTime::new(u16::try_from(local.year()).unwrap_or_default())
        .month(local.month() as u8)
        .day(local.day() as u8)
        .hour(local.hour() as u8)
        .minute(local.minute() as u8)
        .second(local.second() as u8)
        .utc_offset_hour(about.at.zone.hours())
        .utc_offset_minute(0);
    Metadata::new()
        .title(Style::plain(1.0).shortened(&about.title, 100.0))
        .authors(vec![Style::plain(1.0).shortened(&about.issuer, 100.0)])
        .creator("Jenjang".to_owned())
        .language("id-ID".to_owned())
        .creation_date(date)
}

fn outline(entries: &[Entry]) -> Outline {
    let mut outline = Outline::new();
    let mut chapter: Option<OutlineNode> = None;
    for entry in entries {
        let node = OutlineNode::new(
            entry.title.clone(),
            XyzDestination::new(entry.page, Point::from_xy(0.0, entry.y)),
        );
        match &mut chapter {
            Some(chapter) if entry.level > 1 => chapter.push_child(node),
            _ => {
                if let Some(done) = chapter.replace(node) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(last) = chapter {
        outline.push_child(last);
    }
    outline
}

fn draw(page: &mut Page<'_>, sheet: &Sheet, marks: &[Placed], number: usize, tags: &mut Tags<'_>) {
    let mut surface = page.surface();
    for placed in marks {
        if matches!(placed.mark, Mark::Link { .. }) {
            continue;
        }
        let identifier = surface.start_tagged(tags.content(placed));
        print(&mut surface, &placed.mark);
        surface.end_tagged();
        tags.belongs(placed.node, identifier);
    }
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    for mark in foot(sheet, number) {
        print(&mut surface, &mark);
    }
    surface.end_tagged();
    surface.finish();
    for placed in marks {
        if let Mark::Link {
            x,
            y,
            width,
            height,
            target,
        } = &placed.mark
            && let Some(area) = Rect::from_xywh(*x, *y, *width, *height)
        {
            let link = LinkAnnotation::new(area, Target::Action(LinkAction::new(target.clone()).into()));
            let identifier = page.add_tagged_annotation(Annotation::new_link(link, Some(target.clone())));
            tags.belongs(placed.node, identifier);
        }
    }
}

/// What the page is of, and which page it is.
fn foot(sheet: &Sheet, number: usize) -> [Mark; 3] {
    let style = Style::plain(7.5).ink(Ink::Muted);
    let page = format!("Halaman {} dari {}", number + 1, sheet.pages.len());
    let y = sheet.size.1 - mm(12.0);
    let room = sheet.width() - style.width(&page) - mm(10.0);
    [
        Mark::Box {
            x: sheet.left,
            y: y - mm(4.2),
            width: sheet.width(),
            height: 0.5,
            ink: Ink::Rule,
        },
        Mark::Text {
            x: sheet.left,
            y,
            style,
            text: style.shortened(&sheet.foot, room),
        },
        Mark::Text {
            x: sheet.right - style.width(&page),
            y,
            style,
            text: page,
        },
    ]
}

fn print(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text { x, y, style, text } => {
            surface.set_fill(Some(fill(style.ink)));
            let face = face(style.bold);
            surface.draw_glyphs(
                Point::from_xy(*x, *y),
                &glyphs(*style, text),
                face.font.clone(),
                text,
                style.size,
                false,
            );
        }
        Mark::Box {
            x,
            y,
            width,
            height,
            ink,
        } => boxes(surface, &[[*x, *y, *width, *height]], *ink),
        Mark::Boxes { boxes: all, ink } => boxes(surface, all, *ink),
        Mark::Link { .. } => {}
    }
}

fn glyphs(style: Style, text: &str) -> Vec<KrillaGlyph> {
    let face = face(style.bold);
    let glyph = |(at, letter): (usize, char)| {
        let range = at..at + letter.len_utf8();
        KrillaGlyph::new(
            GlyphId::new(face.glyph(letter)),
            face.advance(letter),
            0.0,
            0.0,
            0.0,
            range,
            None,
        )
    };
    text.char_indices().map(glyph).collect()
}

fn boxes(surface: &mut Surface<'_>, boxes: &[[f32; 4]], ink: Ink) {
    if let Some(path) = path(boxes) {
        surface.set_fill(Some(fill(ink)));
        surface.draw_path(&path);
    }
}

fn path(boxes: &[[f32; 4]]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for [x, y, width, height] in boxes {
        if let Some(area) = Rect::from_xywh(*x, *y, *width, *height) {
            path.push_rect(area);
        }
    }
    path.finish()
}

fn fill(ink: Ink) -> Fill {
    let colour = match ink {
        Ink::Text => rgb::Color::new(0x1a, 0x1a, 0x1a),
        Ink::Muted => rgb::Color::new(0x56, 0x56, 0x56),
        Ink::Accent => rgb::Color::new(0x7d, 0x1f, 0x1f),
        Ink::Rule => rgb::Color::new(0xb4, 0xb4, 0xb4),
        Ink::Shade => rgb::Color::new(0xf0, 0xee, 0xeb),
    };
    Fill {
        paint: colour.into(),
        ..Fill::default()
    }
}

/// The tree that tells what the marks mean, growing as they are drawn.
struct Tags<'a> {
    sheet: &'a Sheet,
    drawn: Vec<Vec<Identifier>>,
}

impl<'a> Tags<'a> {
    fn of(sheet: &'a Sheet) -> Tags<'a> {
        Tags {
            sheet,
            drawn: vec![Vec::new(); sheet.nodes.len()],
        }
    }

    fn content(&self, placed: &Placed) -> ContentTag<'static> {
        match (&placed.node, &placed.mark) {
            (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            (Some(_), Mark::Text { .. }) => ContentTag::Span(SpanTag::empty()),
            (Some(_), _) => ContentTag::Other,
        }
    }

    fn belongs(&mut self, node: Option<NodeId>, identifier: Identifier) {
        if let Some(NodeId(node)) = node {
            self.drawn[node].push(identifier);
        }
    }

    fn tree(self) -> TagTree {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.sheet.nodes.len()];
        for (index, node) in self.sheet.nodes.iter().enumerate() {
            if let Some(NodeId(parent)) = node.parent {
                children[parent].push(index);
            }
        }
        let mut tree = TagTree::new();
        for child in &children[0] {
            tree.push(self.group(*child, &children));
        }
        tree
    }

    /// The marks of a node come before the nodes within it.
    fn group(&self, index: usize, children: &[Vec<usize>]) -> TagGroup {
        let marks = self.drawn[index].iter().map(|identifier| TreeNode::Leaf(*identifier));
        let nodes = children[index]
            .iter()
            .map(|child| TreeNode::Group(self.group(*child, children)));
        TagGroup::with_children(tag(&self.sheet.nodes[index].meaning), marks.chain(nodes).collect())
    }
}

fn tag(meaning: &Meaning) -> TagKind {
    match meaning {
        Meaning::Document => Tag::Part.into(),
        Meaning::Heading { level, title } => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(title.clone())).into()
        }
        Meaning::Paragraph => Tag::P.into(),
        Meaning::List => Tag::L(ListNumbering::None).into(),
        Meaning::Item => Tag::LI.into(),
        Meaning::Bullet => Tag::Lbl.into(),
        Meaning::ItemBody => Tag::LBody.into(),
        Meaning::Table => Tag::Table.into(),
        Meaning::Row => Tag::TR.into(),
        Meaning::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Meaning::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Meaning::Cell => Tag::TD.into(),
        Meaning::Figure { told } => Tag::Figure(Some(told.clone())).into(),
        Meaning::Link => Tag::Link.into(),
    }
}
