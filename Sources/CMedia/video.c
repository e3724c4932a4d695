/// Opening a video and counting its frames.

// For pread.
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libavutil/avstring.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/log.h>

#include "video.h"

enum {
  READ_BYTES = 1 << 16,
  MOST_STREAMS = 64,
  MOST_THREADS = 4,
  MOST_ALLOCATED = 512 << 20,
};

static const char codecs[] =
    "h264,hevc,libdav1d,libaom-av1,av1,vp8,vp9,mpeg1video,mpeg2video,mpeg4,msmpeg4,msmpeg4v2,h263,mjpeg,prores,gif";

static void set_up_once(void) {
  av_log_set_level(AV_LOG_QUIET);
  av_max_alloc(MOST_ALLOCATED);
}

static int read_source(void *opaque, uint8_t *out, int wanted) {
  video_source *source = opaque;
  if (source->descriptor < 0) {
    int64_t left = source->count - source->position;
    if (left <= 0) return AVERROR_EOF;
    int step = wanted < left ? wanted : (int)left;
    memcpy(out, source->bytes + source->position, (size_t)step);
    source->position += step;
    return step;
  }
  ssize_t step;
  do step = pread(source->descriptor, out, (size_t)wanted, (off_t)source->position);
  while (step < 0 && errno == EINTR);
  if (step < 0) {
    source->failed = true;
    return AVERROR(EIO);
  }
  if (step == 0) return AVERROR_EOF;
  source->position += step;
  return (int)step;
}

static int64_t seek_source(void *opaque, int64_t offset, int whence) {
  video_source *source = opaque;
  if (whence == AVSEEK_SIZE) return source->count;
  if (whence == SEEK_CUR) offset += source->position;
  if (whence == SEEK_END) offset += source->count;
  if (offset < 0) return AVERROR(EINVAL);
  source->position = offset;
  return offset;
}

/// Containers may name other files; none is opened.
static int refuse_other_files(AVFormatContext *format, AVIOContext **io, const char *url, int flags, AVDictionary **options) {
  (void)format, (void)io, (void)url, (void)flags, (void)options;
  return AVERROR(EACCES);
}

static int interrupt(void *opaque) { return video_is_stopped(opaque); }

static sl_image_status state_error(const sl_video *video, int error, const char *doing, sl_image_fault *fault) {
  if (video_is_stopped(video)) return SL_IMAGE_STOPPED;
  if (error == AVERROR(ENOMEM)) return SL_IMAGE_NO_MEMORY;
  if (video->source.failed) return sl_fail(fault, SL_IMAGE_CORRUPT, "the file could not be read");
  char text[AV_ERROR_MAX_STRING_SIZE] = "";
  av_strerror(error, text, sizeof text);
  return sl_fail(fault, error == AVERROR_EOF ? SL_IMAGE_TRUNCATED : SL_IMAGE_CORRUPT, "%s: %s", doing, text);
}

static sl_image_status open_container(sl_video *video, sl_image_fault *fault) {
  static const char *const names[] = {"mov", "matroska", "avi", "gif"};
  const AVInputFormat *demuxer = av_find_input_format(names[video->container]);
  if (demuxer == NULL) return sl_fail(fault, SL_IMAGE_UNSUPPORTED, "cannot be read: this FFmpeg has no demuxer for it");
  uint8_t *buffer = av_malloc(READ_BYTES);
  AVIOContext *io = buffer == NULL ? NULL : avio_alloc_context(buffer, READ_BYTES, 0, &video->source, read_source, NULL, seek_source);
  AVFormatContext *format = io == NULL ? NULL : avformat_alloc_context();
  if (format == NULL) {
    if (io != NULL) av_freep(&io->buffer);
    else av_free(buffer);
    avio_context_free(&io);
    return SL_IMAGE_NO_MEMORY;
  }
  format->pb = io;
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->io_open = refuse_other_files;
  format->max_streams = MOST_STREAMS;
  format->codec_whitelist = av_strdup(codecs);
  format->protocol_whitelist = av_strdup("none");
  format->interrupt_callback = (AVIOInterruptCB){interrupt, video};
  int error = avformat_open_input(&format, NULL, demuxer, NULL);
  if (error < 0) {
    av_freep(&io->buffer);
    avio_context_free(&io);
    return state_error(video, error, "its header cannot be read", fault);
  }
  video->format = format;
  return SL_IMAGE_OK;
}

/// Lets FFmpeg look at the first packets, within the limits on pixels.
static sl_image_status find_streams(sl_video *video, sl_image_fault *fault) {
  AVFormatContext *format = video->format;
  unsigned streams = format->nb_streams;
  AVDictionary **options = av_calloc(streams > 0 ? streams : 1, sizeof *options);
  if (options == NULL) return SL_IMAGE_NO_MEMORY;
  for (unsigned i = 0; i < streams; i++) {
    av_dict_set_int(&options[i], "max_pixels", (int64_t)video->limits.pixels, 0);
    av_dict_set(&options[i], "threads", "1", 0);
  }
  int error = avformat_find_stream_info(format, options);
  for (unsigned i = 0; i < streams; i++) av_dict_free(&options[i]);
  av_free(options);
  if (error < 0) return state_error(video, error, "its streams cannot be read", fault);
  int best = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
  if (best < 0) return sl_fail(fault, SL_IMAGE_EMPTY, "has no video stream");
  video->stream = format->streams[best];
  return SL_IMAGE_OK;
}

static int quarter_turns(const AVStream *stream) {
  const uint8_t *matrix = NULL;
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const AVCodecParameters *parameters = stream->codecpar;
  const AVPacketSideData *data =
      av_packet_side_data_get(parameters->coded_side_data, parameters->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  if (data != NULL && data->size >= 9 * sizeof(int32_t)) matrix = data->data;
#else
  size_t size = 0;
  const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (size >= 9 * sizeof(int32_t)) matrix = data;
#endif
  if (matrix == NULL) return 0;
  int32_t numbers[9];
  memcpy(numbers, matrix, sizeof numbers);
  double angle = -av_display_rotation_get(numbers);
  if (!isfinite(angle)) return 0;
  // Other angles are left alone.
  double turns = fmod(angle + 720, 360) / 90;
  return turns == floor(turns) ? (int)turns % 4 : 0;
}

static sl_image_status open_decoder(sl_video *video, sl_image_fault *fault) {
  const AVCodecParameters *parameters = video->stream->codecpar;
  const AVCodec *codec = avcodec_find_decoder(parameters->codec_id);
  const char *name = avcodec_get_name(parameters->codec_id);
  if (codec == NULL || av_match_list(codec->name, codecs, ',') <= 0) {
    return sl_fail(fault, SL_IMAGE_UNSUPPORTED, "has video in %s, which is not read; convert it to H.264, H.265, VP9 or AV1", name);
  }
  if (parameters->width < 1 || parameters->height < 1) {
    return sl_fail(fault, SL_IMAGE_CORRUPT, "its frames are %dx%d pixels", parameters->width, parameters->height);
  }
  if ((uint64_t)parameters->width * (uint64_t)parameters->height > video->limits.pixels) {
    return sl_fail(
        fault, SL_IMAGE_TOO_LARGE, "has frames of %dx%d pixels; at most %llu pixels are read (maximumPixels)", parameters->width,
        parameters->height, (unsigned long long)video->limits.pixels);
  }
  video->coded = (sl_image_size){(uint32_t)parameters->width, (uint32_t)parameters->height};
  video->turns = quarter_turns(video->stream);
  video->decoder = avcodec_alloc_context3(codec);
  if (video->decoder == NULL) return SL_IMAGE_NO_MEMORY;
  int error = avcodec_parameters_to_context(video->decoder, parameters);
  if (error >= 0) {
    int processors = av_cpu_count();
    video->decoder->pkt_timebase = video->stream->time_base;
    video->decoder->thread_count = processors < 1 ? 1 : processors > MOST_THREADS ? MOST_THREADS : processors;
    video->decoder->max_pixels = (int64_t)video->limits.pixels;
    error = avcodec_open2(video->decoder, codec, NULL);
  }
  return error < 0 ? state_error(video, error, "its decoder cannot be opened", fault) : SL_IMAGE_OK;
}

static int by_time(const void *a, const void *b) {
  const video_entry *first = a, *second = b;
  return (first->shown > second->shown) - (first->shown < second->shown);
}

static bool add_entry(sl_video *video, uint32_t *room) {
  if (video->count == *room) {
    uint32_t more = *room == 0 ? 256 : *room * 2;
    video_entry *entries = realloc(video->entries, more * sizeof *entries);
    if (entries == NULL) return false;
    video->entries = entries;
    *room = more;
  }
  const AVPacket *packet = video->packet;
  video->entries[video->count++] = (video_entry){packet->pts, packet->dts, (packet->flags & AV_PKT_FLAG_KEY) != 0};
  return true;
}

/// What reading every packet has shown.
typedef struct {
  uint64_t packets;  ///< Of the stream, shown or hidden.
  bool is_cut;       ///< The last of them is not whole.
  double start;      ///< Earliest and latest second of the stream.
  double end;
  double file_end;  ///< Latest second of any stream.
} packet_count;

static void take_times(const sl_video *video, packet_count *seen) {
  const AVPacket *packet = video->packet;
  const AVStream *stream = video->format->streams[packet->stream_index];
  int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
  if (time == AV_NOPTS_VALUE) return;
  double unit = av_q2d(stream->time_base), start = (double)time * unit;
  double end = start + (packet->duration > 0 ? (double)packet->duration * unit : 0);
  if (end > seen->file_end) seen->file_end = end;
  if (stream != video->stream) return;
  if (start < seen->start) seen->start = start;
  if (end > seen->end) seen->end = end;
}

/// Reads every packet: only the packets say how many frames there are.
static sl_image_status count_frames(sl_video *video, packet_count *seen, sl_image_fault *fault) {
  uint32_t room = 0;
  uint64_t all = 0;
  *seen = (packet_count){.start = INFINITY, .end = -INFINITY, .file_end = -INFINITY};
  for (;;) {
    int error = av_read_frame(video->format, video->packet);
    if (video_is_stopped(video)) return SL_IMAGE_STOPPED;
    if (error == AVERROR_EOF && !video->source.failed) return SL_IMAGE_OK;
    if (error < 0) {
      if (error == AVERROR(ENOMEM) || video->source.failed) return state_error(video, error, "its packets cannot be read", fault);
      return sl_fail(fault, SL_IMAGE_TRUNCATED, "ends, or is damaged, after %u frames", video->count);
    }
    bool added = true;
    take_times(video, seen);
    if (video->packet->stream_index == video->stream->index) {
      seen->packets++;
      seen->is_cut = (video->packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
      if (!(video->packet->flags & AV_PKT_FLAG_DISCARD)) added = add_entry(video, &room);
    }
    av_packet_unref(video->packet);
    if (!added) return SL_IMAGE_NO_MEMORY;
    if (++all > video->limits.packets) {
      return sl_fail(
          fault, SL_IMAGE_TOO_LARGE, "has more than %llu packets (maximumPackets)", (unsigned long long)video->limits.packets);
    }
  }
}

/// Refuses files that stop before they say they do, and those whose header claims a length that is not there.
static sl_image_status check_length(const sl_video *video, const packet_count *seen, double file_seconds, sl_image_fault *fault) {
  if (video->count == 0) return sl_fail(fault, SL_IMAGE_EMPTY, "has no frame in its video stream");
  if (seen->is_cut) return sl_fail(fault, SL_IMAGE_TRUNCATED, "ends inside its frame %u", video->count);
  int64_t stated = video->container == SL_VIDEO_AVI ? video->stream->nb_frames : 0;
  if (stated > (int64_t)seen->packets) {
    return sl_fail(
        fault, SL_IMAGE_TRUNCATED, "says that it has %lld frames and ends after %llu", (long long)stated, (unsigned long long)seen->packets);
  }
  double found = seen->end - seen->start, stated_seconds = 0;
  if (video->container == SL_VIDEO_MP4 && video->stream->duration != AV_NOPTS_VALUE) {
    stated_seconds = (double)video->stream->duration * av_q2d(video->stream->time_base);
  } else if (video->container == SL_VIDEO_MATROSKA) {
    stated_seconds = file_seconds;
    found = seen->file_end;
  }
  // A second and a twentieth is more than honest headers are off.
  if (isfinite(found) && stated_seconds > found * 1.05 + 1) {
    return sl_fail(fault, SL_IMAGE_TRUNCATED, "says that it lasts %.1f seconds and ends after %.1f", stated_seconds, found > 0 ? found : 0);
  }
  return SL_IMAGE_OK;
}

/// Whether every frame has a time of its own.
static bool sort_by_time(sl_video *video) {
  for (uint32_t i = 0; i < video->count; i++) {
    if (video->entries[i].shown == AV_NOPTS_VALUE) return false;
  }
  qsort(video->entries, video->count, sizeof *video->entries, by_time);
  for (uint32_t i = 1; i < video->count; i++) {
    if (video->entries[i].shown == video->entries[i - 1].shown) return false;
  }
  return true;
}

static double frame_rate(const sl_video *video, const packet_count *seen) {
  double stated = video->stream->avg_frame_rate.den > 0 ? av_q2d(video->stream->avg_frame_rate) : 0;
  // A GIF states none, and what FFmpeg guesses from its first frames differs between versions.
  if (video->container != SL_VIDEO_GIF && isfinite(stated) && stated > 0) return stated;
  double counted = (double)video->count / (seen->end - seen->start);
  return isfinite(counted) && counted > 0 ? counted : 1;
}

static sl_image_status open_video(sl_video *video, sl_video_facts *facts, sl_image_fault *fault) {
  video->packet = av_packet_alloc();
  video->current = av_frame_alloc();
  video->previous = av_frame_alloc();
  if (video->packet == NULL || video->current == NULL || video->previous == NULL) return SL_IMAGE_NO_MEMORY;
  sl_image_status status = open_container(video, fault);
  if (status != SL_IMAGE_OK) return status;
  double file_seconds = video->format->duration > 0 ? (double)video->format->duration / AV_TIME_BASE : 0;
  packet_count seen;
  if ((status = find_streams(video, fault)) != SL_IMAGE_OK || (status = open_decoder(video, fault)) != SL_IMAGE_OK) return status;
  if ((status = count_frames(video, &seen, fault)) != SL_IMAGE_OK) return status;
  if ((status = check_length(video, &seen, file_seconds, fault)) != SL_IMAGE_OK) return status;
  video->has_times = sort_by_time(video);
  // Sound and subtitles have been counted and are not needed again.
  for (unsigned i = 0; i < video->format->nb_streams; i++) {
    if (video->format->streams[i] != video->stream) video->format->streams[i]->discard = AVDISCARD_ALL;
  }
  facts->frames = video->count;
  facts->rate = frame_rate(video, &seen);
  facts->size = video->turns % 2 == 0 ? video->coded : (sl_image_size){video->coded.height, video->coded.width};
  return SL_IMAGE_OK;
}

sl_image_status sl_video_open(
    int descriptor, const uint8_t *bytes, size_t count, sl_video_container container, const sl_video_limits *limits, sl_video **video,
    sl_video_facts *facts, sl_image_fault *fault) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, set_up_once);
  *video = NULL;
  sl_video *opened = calloc(1, sizeof *opened);
  if (opened == NULL) return SL_IMAGE_NO_MEMORY;
  opened->limits = *limits;
  opened->container = container;
  opened->source = (video_source){.descriptor = descriptor, .bytes = bytes, .count = (int64_t)count};
  opened->next = -1;
  sl_image_status status = open_video(opened, facts, fault);
  if (status == SL_IMAGE_OK) {
    *video = opened;
  } else {
    sl_video_close(opened);
  }
  return status;
}

void sl_video_close(sl_video *video) {
  if (video == NULL) return;
  sws_freeContext(video->scaler);
  av_free(video->picture);
  av_frame_free(&video->current);
  av_frame_free(&video->previous);
  av_packet_free(&video->packet);
  avcodec_free_context(&video->decoder);
  if (video->format != NULL) {
    AVIOContext *io = video->format->pb;
    avformat_close_input(&video->format);
    if (io != NULL) av_freep(&io->buffer);
    avio_context_free(&io);
  }
  free(video->entries);
  free(video);
}
