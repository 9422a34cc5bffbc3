//! Pictures that browsers show inside our pages: decoded and written anew, so that nothing but the picture is left of what was sent:
//! no place and camera, no script, no second file behind it.

use std::{io::Cursor, sync::LazyLock};

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};
use tokio::sync::Semaphore;

use crate::media;

/// The longest side that is decoded, in pixels.
const LONGEST_SIDE: u32 = 10_000;
/// The most memory that one picture may take while it is decoded, in bytes.
const MEMORY: u64 = 128 << 20;
const QUALITY: u8 = 85;

/// A picture as we wrote it.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its type: PNG where it is transparent somewhere, else JPEG.
    pub content_type: &'static str,
}

/// Why a file cannot be taken for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// It is no picture of the type that it is said to be.
    #[error("The file is not a picture of this type.")]
    Another,
    /// It has too many pixels.
    #[error("The picture has too many pixels.")]
    TooLarge,
    /// It is damaged.
    #[error("The picture is damaged.")]
    Damaged,
}

/// The format of pictures of this type: PNG, JPEG, WebP or GIF, nothing that can hold a script.
pub fn format(essence: &str) -> Option<ImageFormat> {
    match essence {
        "image/png" => Some(ImageFormat::Png),
        "image/jpeg" | "image/jpg" => Some(ImageFormat::Jpeg),
        "image/webp" => Some(ImageFormat::WebP),
        "image/gif" => Some(ImageFormat::Gif),
        _ => None,
    }
}

/// Writes a picture anew, upright and no longer than `side` pixels. One at a time, on a thread of its own. Of moving pictures the first.
pub async fn remade(bytes: Vec<u8>, said: String, side: u32) -> Result<Picture, PictureError> {
    static TURN: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(1));
    let turn = TURN.acquire().await.map_err(|_| PictureError::Damaged)?;
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        remake(&bytes, &said, side)
    });
    done.await.map_err(|_| PictureError::Damaged)?
}

fn remake(bytes: &[u8], said: &str, side: u32) -> Result<Picture, PictureError> {
    let format =
        format(said).filter(|format| image::guess_format(bytes).is_ok_and(|found| found == *format)).ok_or(PictureError::Another)?;
    if media::served(said, bytes) != said {
        return Err(PictureError::Another);
    }
    let picture = decode(bytes, format)?;
    let picture = if picture.width().max(picture.height()) > side { picture.thumbnail(side, side) } else { picture };
    let is_transparent = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0.last() != Some(&u8::MAX));
    let mut bytes = Vec::new();
    let (written, content_type) = if is_transparent {
        (DynamicImage::ImageRgba8(picture.to_rgba8()).write_with_encoder(PngEncoder::new(&mut bytes)), "image/png")
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        (DynamicImage::ImageRgb8(picture.to_rgb8()).write_with_encoder(encoder), "image/jpeg")
    };
    written.map_err(|_| PictureError::Damaged)?;
    Ok(Picture { bytes, content_type })
}

fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, PictureError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let refused = |error| match error {
        image::ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::Damaged,
    };
    let mut decoder = reader.into_decoder().map_err(refused)?;
    if decoder.total_bytes() > MEMORY {
        return Err(PictureError::TooLarge);
    }
    let upright = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(upright);
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn photo(width: u32, height: u32) -> DynamicImage {
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) }))
    }

    /// A JPEG that says how it is to be turned, and where it was taken.
    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPS 52.5200 13.4050");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
    }

    #[test]
    fn every_format_is_read_and_written_as_one_of_two() {
        for (format, said) in [
            (ImageFormat::Png, "image/png"),
            (ImageFormat::Jpeg, "image/jpeg"),
            (ImageFormat::Jpeg, "image/jpg"),
            (ImageFormat::WebP, "image/webp"),
            (ImageFormat::Gif, "image/gif"),
        ] {
            let made = remake(&written(&photo(8, 4), format), said, 512).unwrap();
            assert_eq!(made.content_type, "image/jpeg", "{said}");
            assert_eq!(image::guess_format(&made.bytes).unwrap(), ImageFormat::Jpeg);
        }
        let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(8, 4, Rgba([9, 9, 9, 0])));
        assert_eq!(remake(&written(&clear, ImageFormat::Png), "image/png", 512).unwrap().content_type, "image/png");
    }

    #[test]
    fn it_is_made_smaller_and_upright_and_says_nothing_of_its_place() {
        let turned = with_exif(&written(&photo(400, 200), ImageFormat::Jpeg), 6);
        assert!(turned.windows(3).any(|three| three == b"GPS"));
        let made = remake(&turned, "image/jpeg", 100).unwrap();
        assert!(!made.bytes.windows(3).any(|three| three == b"GPS") && !made.bytes.windows(4).any(|four| four == b"Exif"));
        let read = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((read.width(), read.height()), (50, 100));
    }

    #[test]
    fn what_hangs_on_a_picture_is_left_behind() {
        let both = [written(&photo(4, 4), ImageFormat::Gif), b"<script>alert(1)</script>".to_vec()].concat();
        let made = remake(&both, "image/gif", 512).unwrap();
        assert!(!made.bytes.windows(7).any(|seven| seven == b"<script"));
    }

    #[test]
    fn what_is_no_picture_of_its_type_is_refused() {
        let png = written(&photo(4, 4), ImageFormat::Png);
        for (bytes, said) in [
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".as_slice(), "image/svg+xml"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/png"),
            (b"<!DOCTYPE html><html><script>alert(1)</script>", "image/png"),
            (b"GIF89a/*<script>*/", "image/png"),
            (b"", "image/png"),
            (&png, "image/jpeg"),
            (&png, "text/html"),
        ] {
            assert_eq!(remake(bytes, said, 512).unwrap_err(), PictureError::Another, "{said} {}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(remake(&png[..png.len() / 2], "image/png", 512).unwrap_err(), PictureError::Damaged);
    }

    #[test]
    fn a_small_file_with_endless_pixels_is_refused() {
        // The head of a PNG of 60,000 by 60,000 pixels.
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0".to_vec();
        bomb.extend(crc(&bomb[12..]).to_be_bytes());
        assert_eq!(remake(&bomb, "image/png", 512).unwrap_err(), PictureError::TooLarge);
        // 9,000 by 9,000 are within the sides and yet too many.
        let mut large = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x23\x28\0\0\x23\x28\x08\x06\0\0\0".to_vec();
        large.extend(crc(&large[12..]).to_be_bytes());
        large.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        assert_eq!(remake(&large, "image/png", 512).unwrap_err(), PictureError::TooLarge);
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }
}
